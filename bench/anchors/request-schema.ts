import { z } from 'zod';

/** A request as the service's usual neighbours would check it. */
export const requestSchema = z.object({
  image_id: z.string().min(1).max(128),
  request_id: z.string().optional(),
  preferences: z.looseObject({
    ai_version: z.string().optional(),
    enhance_type: z.string().optional(),
    rating: z.number().int().min(0).max(5).optional(),
    sky_replacement: z.boolean().optional(),
    vertical_correction: z.boolean().optional(),
  }),
});

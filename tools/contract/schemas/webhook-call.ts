import * as z from 'zod';
import { components } from './components.ts';

/** The body of a webhook call, as far as it is known. */
export const webhookCall = z
  .looseObject({
    event: z.string().optional().describe('`image_processed`, `image_registered`, `webhook_updated`, or a new event.'),
    image_id: z.string().optional(),
    error: z
      .unknown()
      .optional()
      .describe('A boolean. Any value except false, null, 0, an empty text and `"false"` counts as a failure.'),
    order_id: z.string().nullish(),
    order_is_processing: z.boolean().optional(),
  })
  .describe('An event of Autoenhance. Any other JSON is accepted too, and published unchanged.')
  .register(components, { id: 'WebhookCall' });

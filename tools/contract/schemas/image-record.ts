import * as z from 'zod';
import { components } from './components.ts';

const text = z.string().nullish();
const toggle = z.boolean().nullish();

/** Autoenhance's record of an image, passed on unchanged. */
export const imageRecord = z
  .looseObject({
    image_id: text,
    status: text.describe('`waiting`, `processing`, `processed`, `error` and `expired` are known: expect others.'),
    status_reason: text.describe('Why the status is `error`.'),
    image_name: text,
    order_id: text,
    user_id: text,
    scene: text,
    date_added: z.number().nullish().describe('Ms since 1970.'),
    downloaded: toggle,
    ai_version: text,
    cloud_type: text,
    enhance: toggle,
    enhance_type: text,
    lens_correction: toggle,
    privacy: toggle,
    rating: z.number().nullish(),
    sky_replacement: toggle,
    upscale: toggle,
    vertical_correction: toggle,
    window_pull: toggle,
  })
  .describe(
    'Autoenhance’s record of the image, complete and unchanged. This service does not check it. Members may be missing, and there may be others.',
  )
  .register(components, { id: 'ImageRecord' });

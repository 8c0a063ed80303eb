import * as z from 'zod';
import { components } from './components.ts';

/** What Autoenhance calls the webhook with, as far as is known. */
export const webhookCall = z
  .looseObject({
    event: z
      .string()
      .optional()
      .describe('`image_processed`, `image_registered`, `webhook_updated`, or one that is new.'),
    image_id: z.string().optional(),
    error: z
      .unknown()
      .optional()
      .describe('A boolean. Anything but false, null, 0, an empty text and `"false"` is taken for a failure.'),
    order_id: z.string().nullish(),
    order_is_processing: z.boolean().optional(),
  })
  .describe('What Autoenhance tells. Any other JSON is taken as well, and published as it came.')
  .register(components, { id: 'WebhookCall' });

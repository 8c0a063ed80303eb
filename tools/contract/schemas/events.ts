import * as z from 'zod';
import { attempts, time, traceparent, warnings } from './common.ts';
import { components } from './components.ts';
import { imageRecord } from './image-record.ts';
import { knownRequest, meantRequest, outcomeError, unreadableRequest } from './outcome.ts';

/** A CloudEvent 1.0 as it stands on the results queue. */
function cloudEvent<Type extends z.ZodType, Data extends z.ZodType>(type: Type, data: Data) {
  return z.strictObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1).describe('Tells the event from every other. Take it as it is, and read nothing out of it.'),
    type,
    source: z
      .string()
      .regex(/^reprocess\/./)
      .describe('`reprocess/<stage>`'),
    subject: z.string().min(1).describe('The image id; where none is known, the message group.'),
    time: time.describe('When it became known.'),
    datacontenttype: z.literal('application/json'),
    traceparent: traceparent.optional(),
    data,
  });
}

export const succeededEvent = cloudEvent(
  z.literal('reprocess.succeeded'),
  z.strictObject({
    request: knownRequest,
    image: imageRecord.nullable().describe('Autoenhance’s answer; null where it could not be read.'),
    attempts,
    warnings,
  }),
)
  .describe('Autoenhance took the request: it has started the enhancement.')
  .register(components, { id: 'SucceededEvent' });

export const failedEvent = cloudEvent(
  z.literal('reprocess.failed'),
  z.strictObject({
    request: z.union([knownRequest, unreadableRequest]),
    error: outcomeError,
    attempts,
    warnings,
  }),
)
  .describe('The request will not be tried again.')
  .register(components, { id: 'FailedEvent' });

/** The webhook's body with what this service knows beside it. */
function finishedImage<Failed extends z.ZodType>(error: Failed) {
  return z.looseObject({
    event: z.literal('image_processed'),
    image_id: z.string(),
    error,
    request: meantRequest.optional(),
    image: imageRecord.nullable().describe('Autoenhance’s record, read when the webhook came; null without one.'),
    confirmed: z
      .boolean()
      .nullable()
      .describe(
        'Whether the record’s status says the same as the webhook. False: it says the contrary, believe `image`. Null: that cannot be told.',
      ),
    warnings,
  });
}

export const processedEvent = cloudEvent(
  z.literal('image.processed'),
  finishedImage(
    z
      .unknown()
      .optional()
      .describe('The webhook’s own word, false as a rule. It is not the object of a failed request.'),
  ),
)
  .describe('Autoenhance says that an image is finished.')
  .register(components, { id: 'ImageProcessedEvent' });

export const imageFailedEvent = cloudEvent(
  z.literal('image.failed'),
  finishedImage(z.unknown().describe('The webhook’s own word, true as a rule.')),
)
  .describe('Autoenhance says that an image ended in an error.')
  .register(components, { id: 'ImageFailedEvent' });

export const otherEvent = cloudEvent(
  z
    .string()
    .regex(/^autoenhance\.[A-Za-z0-9._-]{1,64}$/)
    .describe('`autoenhance.` and the name that Autoenhance gave the event.'),
  z.unknown().describe('The body of the call as it came, any JSON.'),
)
  .describe('Whatever else Autoenhance tells, as it came.')
  .register(components, { id: 'AutoenhanceEvent' });

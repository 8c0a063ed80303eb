import * as z from 'zod';
import { batchCounts } from './batches.ts';
import { attempts, time, traceparent, warnings } from './common.ts';
import { components } from './components.ts';
import { imageRecord } from './image-record.ts';
import { knownRequest, meantRequest, outcomeError, unreadableRequest } from './outcome.ts';

/** A CloudEvent 1.0 in the results queue. */
function cloudEvent<Type extends z.ZodType, Data extends z.ZodType>(type: Type, data: Data) {
  return z.strictObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1).describe('Unique to the event. It is opaque: do not parse it.'),
    type,
    source: z
      .string()
      .regex(/^reprocess\/./)
      .describe('`reprocess/<stage>`'),
    subject: z.string().min(1).describe('The image id; if none is known, the message group.'),
    time: time.describe('When the service knew it.'),
    datacontenttype: z.literal('application/json'),
    traceparent: traceparent.optional(),
    data,
  });
}

export const succeededEvent = cloudEvent(
  z.literal('reprocess.succeeded'),
  z.strictObject({
    request: knownRequest,
    image: imageRecord.nullable().describe('Autoenhance’s response; null when it could not be read.'),
    attempts,
    warnings,
  }),
)
  .describe('Autoenhance accepted the request and has started the enhancement.')
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
  .describe('The request failed and will not be retried.')
  .register(components, { id: 'FailedEvent' });

/** The webhook's body, or what it would have been, with this service's own members. */
function finishedImage<Failed extends z.ZodType>(error: Failed) {
  return z.looseObject({
    event: z.literal('image_processed'),
    image_id: z.string(),
    error,
    request: meantRequest.optional(),
    image: imageRecord
      .nullable()
      .describe(
        'Autoenhance’s record, read when the webhook was called or when the service looked by itself; null when it could not be read.',
      ),
    confirmed: z
      .boolean()
      .nullable()
      .describe(
        'Whether Autoenhance’s record shows this end. False: it shows another than the webhook told, and `image` is right. Null: not known.',
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
      .describe('The webhook’s own value, usually false. Not the error object of a failed request.'),
  ),
)
  .describe('Autoenhance says that an image is finished.')
  .register(components, { id: 'ImageProcessedEvent' });

export const imageFailedEvent = cloudEvent(
  z.literal('image.failed'),
  finishedImage(z.unknown().describe('The webhook’s own value, usually true.')),
)
  .describe('Autoenhance says that an image ended in an error.')
  .register(components, { id: 'ImageFailedEvent' });

export const unknownEvent = cloudEvent(
  z.literal('image.unknown'),
  z.strictObject({
    image_id: z.string(),
    request: meantRequest,
    image: imageRecord.nullable().describe('Autoenhance’s record at the last look; null when it could not be read.'),
    confirmed: z.null(),
    warnings,
  }),
)
  .describe(
    'The request was started, and a day later nobody knows how it ended. Should Autoenhance tell later, its event still comes.',
  )
  .register(components, { id: 'ImageUnknownEvent' });

export const otherEvent = cloudEvent(
  z
    .string()
    .regex(/^autoenhance\.[A-Za-z0-9._-]{1,64}$/)
    .describe('`autoenhance.` and Autoenhance’s name of the event.'),
  z.unknown().describe('The body of the call, unchanged: any JSON.'),
)
  .describe('Any other event of Autoenhance.')
  .register(components, { id: 'AutoenhanceEvent' });

const ended = {
  partner: z.string(),
  origin: z.string().describe('Of its URL: scheme, host and port.'),
  failing_since: time.optional(),
  detail: z.string().describe('What its receiver answered last.'),
};

export const callbackPausedEvent = cloudEvent(z.literal('callback.paused'), z.strictObject(ended))
  .describe('The callback of a partner has failed for a day. Nothing is sent until a test succeeds.')
  .register(components, { id: 'CallbackPausedEvent' });

export const callbackRemovedEvent = cloudEvent(z.literal('callback.removed'), z.strictObject(ended))
  .describe('The receiver of a partner answered 410, and its callback is removed.')
  .register(components, { id: 'CallbackRemovedEvent' });

export const batchFinishedEvent = cloudEvent(
  z.literal('batch.finished'),
  z.strictObject({
    batch_id: z.string().regex(/^b_[0-9a-f]{32}$/),
    name: z.string(),
    source: z.enum(['http', 'upload', 'order']),
    partner: z.string().optional(),
    state: z.enum(['finished', 'cancelled']),
    counts: batchCounts,
    created_at: time,
    started_at: time.optional(),
    finished_at: time,
    retry_of: z.string().optional().describe('The batch whose failed lines this one has sent again.'),
    file: z.string().describe('The key of its request file.'),
    results_file: z
      .string()
      .optional()
      .describe(
        'The key of its rows with what became of each; absent when its request file could not be read any more.',
      ),
  }),
)
  .describe('Every line of a batch has ended.')
  .register(components, { id: 'BatchFinishedEvent' });

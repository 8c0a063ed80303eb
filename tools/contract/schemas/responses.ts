import * as z from 'zod';
import type {
  AccountRefused,
  ApiKeyUnavailable,
  CallNotStarted,
  ConnectionLost,
  EndpointNotReached,
  GatewayFailed,
  RefusedForNow,
  ResponseTimedOut,
} from '../../../functions/core/errors.ts';
import { KEPT_ATTEMPTS } from '../../../functions/core/processing/failed-attempts.ts';
import { LIVES } from '../../../functions/core/request/life.ts';
import {
  apiVersion,
  attempts,
  batchId,
  failureCode,
  httpStatus,
  imageId,
  namesOf,
  requestId,
  source,
  time,
  warnings,
} from './common.ts';
import { components } from './components.ts';
import { imageRecord } from './image-record.ts';
import { outcomeError } from './outcome.ts';
import { preferences } from './preferences.ts';
import { notAfter } from './request-message.ts';

export const life = z
  .enum(LIVES)
  .describe(
    'The request from its acceptance to the end of its image: `queued`, `waiting` for a retry, `started` by Autoenhance, `finished`, or `failed` at the call or at the image.',
  );

/** Why a request is not sent again. */
const retryCode = z.enum(['not_failed', 'superseded']);

/** A limit of the partner is used up. */
const limitCode = z.literal('limit_reached');

/** Why a request failed, at the endpoint or at its image. */
const endCode = z.union([failureCode, z.enum(['enhancement_failed', 'completion_unknown'])]);

/** RFC 9457, with the members of an outcome. */
export const problem = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: httpStatus,
    detail: z.string().describe('What was wrong, what came, and what is allowed.'),
    code: z.union([failureCode, retryCode, limitCode]).optional(),
    life: life.optional().describe('With `not_failed`: what the request is.'),
    attempts: attempts.optional(),
    may_have_acted: z.literal(true).optional(),
    request_id: requestId.optional().describe('The id of a request without an outcome yet.'),
  })
  .describe('An error of this service (RFC 9457). One for a request’s outcome has `code` and `attempts`.')
  .register(components, { id: 'Problem' });

const fieldErrors = z
  .record(z.string(), z.record(z.string(), z.array(z.string())))
  .describe('Messages by part of the call (`json`, `path`) and field. `_schema` is the whole.');

/** A refusal of this service's own in the endpoint's form. */
export const refusal = z
  .strictObject({ message: z.string(), detail: z.union([z.string(), fieldErrors]) })
  .describe('An error of this service in the form of Autoenhance’s endpoint.')
  .register(components, { id: 'Refusal' });

const endpointRefusal = z
  .looseObject({ message: z.string().optional(), detail: z.unknown().optional() })
  .describe('An error of Autoenhance’s endpoint, unchanged. This is its documented form.')
  .register(components, { id: 'EndpointRefusal' });

/** Either of the two. They have the same status and form. */
export const anyRefusal = z
  .union([refusal, endpointRefusal])
  .describe('An error of Autoenhance’s endpoint, or of this service in the same form.')
  .register(components, { id: 'AnyRefusal' });

export const gatewayMessage = z
  .strictObject({ message: z.string() })
  .describe('API Gateway’s own response: the call did not reach this service, or got no response from it.')
  .register(components, { id: 'GatewayMessage' });

export const ok = z
  .strictObject({ status: z.literal('ok') })
  .describe('The call succeeded.')
  .register(components, { id: 'Ok' });

const identity = { request_id: requestId, image_id: imageId };
const progress = {
  source,
  partner: z.string().optional().describe('Whose it is; absent when it is the service’s own.'),
  batch_id: batchId.optional(),
  file: z.string().optional().describe('The key of its request file.'),
  line: z.int().min(0).optional().describe('Its line there.'),
  accepted_at: time,
  attempts,
};
const nextAttempt = time.describe('The next attempt is not made before this time.');
const completedAt = time.describe('When Autoenhance said that the image is finished.');

const summary = z
  .strictObject({
    ...identity,
    life,
    state: z.enum(['accepted', 'waiting', 'succeeded', 'failed']),
    ...progress,
    next_attempt_at: nextAttempt.optional(),
    error_code: endCode.optional(),
    completed_at: completedAt.optional(),
  })
  .describe('A request in a list.')
  .register(components, { id: 'RequestSummary' });

export const requestList = z
  .strictObject({
    requests: z.array(summary),
    next_cursor: z.string().optional().describe('For the query’s `cursor`; absent on the last page.'),
  })
  .describe('Requests, newest first.')
  .register(components, { id: 'RequestList' });

const completion = z
  .strictObject({
    event: z.enum(['image.processed', 'image.failed', 'image.unknown']),
    confirmed: z.boolean().nullable(),
    status: z.string().optional(),
    status_reason: z.string().optional(),
    ambiguous: z.literal(true).optional(),
  })
  .describe(
    'How the image was finished: what the webhook said or Autoenhance’s record shows, and whether the record confirms it.',
  )
  .register(components, { id: 'Completion' });

const attemptErrorCode = z.enum(
  namesOf<RetriedError['code']>({
    endpoint_not_reached: true,
    call_not_started: true,
    answer_timed_out: true,
    connection_lost: true,
    gateway_failed: true,
    api_key_unavailable: true,
    account_refused: true,
    refused_for_now: true,
  }),
);

type RetriedError =
  | EndpointNotReached
  | CallNotStarted
  | ResponseTimedOut
  | ConnectionLost
  | GatewayFailed
  | ApiKeyUnavailable
  | AccountRefused
  | RefusedForNow;

const lastError = z
  .strictObject({ code: attemptErrorCode, detail: z.string(), status: httpStatus.optional() })
  .describe('Why the last attempt failed.')
  .register(components, { id: 'LastError' });

const failedAttempt = z
  .strictObject({
    attempt: z.int().min(1).describe('Its number. The next attempt has the same one if this one does not count.'),
    at: time.describe('When it began.'),
    code: attemptErrorCode,
    status: httpStatus.optional().describe('Of Autoenhance’s answer, if there was one.'),
    next_attempt_at: nextAttempt,
  })
  .describe('An attempt that failed, and after which the request waited for another one.')
  .register(components, { id: 'FailedAttempt' });

const failedAttempts = {
  failed_attempts: z
    .array(failedAttempt)
    .max(KEPT_ATTEMPTS)
    .optional()
    .describe(
      `The last ${KEPT_ATTEMPTS} attempts after which the request waited for another one, the oldest first. One that was interrupted is missing, since nothing is known of it.`,
    ),
};

const waitsFor = z
  .strictObject({
    reason: z.enum(['daily_limit', 'person']),
    until: time.optional().describe('Absent until somebody resumes.'),
  })
  .describe('Why no call is made for the account, and until when.')
  .register(components, { id: 'WaitsFor' });

const pause = z
  .strictObject({ ...waitsFor.shape, detail: z.string().describe('For people.'), since: time })
  .describe('The pause of the account.')
  .register(components, { id: 'Pause' });

const count = z.int().min(0);
const window = {
  window: z.strictObject({ start: time, end: time }).describe('From one reset of the limit to the next.'),
  limit: z.int().min(1).nullable().describe('Enhancements that the account may ask for; null: no limit, or not known.'),
  used: count.describe('Calls that were made or are reserved.'),
  used_by_batches: count.describe('Those of batches.'),
  failed_for_limit: count.describe('Images that failed only for the limit.'),
};

export const budget = z
  .strictObject({
    ...window,
    left: count.nullable().describe('null: no limit.'),
    left_for_batches: count.nullable().describe('What is not kept for single requests; null: no limit.'),
    waiting: count.describe('Requests in the queue, by SQS’s own estimate.'),
    paused: pause.nullable(),
    history: z.array(z.strictObject(window)).describe('The last 14 windows, the latest first.'),
  })
  .describe('What the account may do now, and what it did.')
  .register(components, { id: 'Budget' });

export const health = z
  .strictObject({
    version: z.string().describe('Of the service, as released.'),
    queue: z
      .strictObject({
        waiting: count.describe('Requests that may be sent, by SQS’s own estimate.'),
        in_work: count.describe('Requests that are being sent or wait for a retry, by SQS’s own estimate.'),
        oldest_accepted_at: time
          .nullable()
          .describe('Of the newest 100 requests: when the oldest without an outcome was accepted.'),
      })
      .describe('The queue of requests.'),
    dead_letters: count.describe('Requests that fell out of the queue and are not answered yet.'),
    webhook_seen_at: time.nullable().describe('When Autoenhance last called the webhook, to the minute.'),
  })
  .describe('How the service is.')
  .register(components, { id: 'Health' });

export const session = z
  .strictObject({
    partner: z.string().describe('The name that the key belongs to.'),
    role: z.enum(['partner', 'operator']),
    expires_at: time,
    read_only: z.boolean().describe('Whether the console changes nothing.'),
  })
  .describe('A session of the console.')
  .register(components, { id: 'Session' });

export const signIn = z
  .strictObject({ key: z.string().describe('A key of this service.') })
  .describe('What a session is begun with.')
  .register(components, { id: 'SignIn' });

export const pauseCall = z
  .strictObject({
    reason: z.string().min(1).max(500).describe('For people.'),
    until: notAfter
      .optional()
      .describe('A date and time with an offset, in the future. Without it, until somebody resumes.'),
  })
  .describe('A pause of the account.')
  .register(components, { id: 'PauseCall' });

const waits = { waits_for: waitsFor.optional() };
const sentAgain = {
  again_as: requestId.optional().describe('It failed only for the daily limit, and is sent again as this request.'),
};

function item<State extends string, Shape extends z.ZodRawShape>(state: State, shape: Shape) {
  return z.strictObject({
    ...identity,
    life,
    state: z.literal(state),
    ...progress,
    not_after: time.optional(),
    api_version: apiVersion.optional(),
    preferences,
    again_for: requestId
      .optional()
      .describe('The request that failed only for the daily limit, and that this one sends again.'),
    ...shape,
    warnings,
  });
}

const acceptedItem = item('accepted', waits)
  .describe('Waiting for its first attempt, or in it.')
  .register(components, { id: 'AcceptedRequest' });

const waitingItem = item('waiting', {
  next_attempt_at: nextAttempt,
  last_error: lastError,
  ...failedAttempts,
  ...waits,
})
  .describe('An attempt failed, and the request will be retried.')
  .register(components, { id: 'WaitingRequest' });

const succeededItem = item('succeeded', {
  ended_at: time,
  ...failedAttempts,
  error_code: z
    .enum(['enhancement_failed', 'completion_unknown'])
    .optional()
    .describe('Autoenhance started it, and failed to enhance the image, or nobody knows whether it did.'),
  image: imageRecord.nullable(),
  completed_at: completedAt.optional(),
  completion: completion.optional(),
  ...sentAgain,
})
  .describe('Autoenhance accepted the call; `life` says what has become of the image.')
  .register(components, { id: 'SucceededRequest' });

const failedItem = item('failed', {
  error_code: failureCode,
  ended_at: time,
  error: outcomeError,
  ...failedAttempts,
})
  .describe('It failed and will not be retried.')
  .register(components, { id: 'FailedRequest' });

/** A request as its partner reads it. */
export const requestItem = z
  .discriminatedUnion('state', [acceptedItem, waitingItem, succeededItem, failedItem])
  .meta({
    discriminator: {
      propertyName: 'state',
      mapping: {
        accepted: '#/components/schemas/AcceptedRequest',
        waiting: '#/components/schemas/WaitingRequest',
        succeeded: '#/components/schemas/SucceededRequest',
        failed: '#/components/schemas/FailedRequest',
      },
    },
  })
  .describe('A request with its state and outcome.')
  .register(components, { id: 'RequestItem' });

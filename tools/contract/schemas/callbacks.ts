import * as z from 'zod';
import { CALLBACK_EVENTS } from '../../../functions/core/callback/callback.ts';
import { DELIVERY_STATES, MESSAGE_ID } from '../../../functions/core/callback/delivery.ts';
import { attempts, count, httpStatus, time, traceparent } from './common.ts';
import { components } from './components.ts';

const url = z.string().max(2048).meta({ format: 'uri' }).describe('An `https` URL, on port 443 or 8443.');
const events = z.array(z.enum(CALLBACK_EVENTS)).min(1).describe('The types of events that are sent.');
const partner = z.string().describe('Whose it is.');
export const messageId = z.string().regex(MESSAGE_ID).describe('The `webhook-id`, the same however often it is sent.');

export const newCallback = z
  .strictObject({ url, events: events.optional().describe('All of them unless some are named.') })
  .describe('Where a partner wants to be told, and of what.')
  .register(components, { id: 'NewCallback' });

const secret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+=*$/)
  .describe('What signs. It is shown this once.');
const secrets = z
  .array(z.strictObject({ created_at: time, expires_at: time.nullable().describe('Null for the newest.') }))
  .describe('The secrets that sign, the newest first.');

const state = {
  events,
  state: z
    .enum(['active', 'paused'])
    .describe('`paused` after a day of failures: nothing is sent until a test succeeds.'),
  paused: z.strictObject({ since: time, detail: z.string() }).nullable(),
  failing_since: time.nullable().describe('The first failure since the last success.'),
};

export const callback = z
  .strictObject({
    partner,
    url,
    ...state,
    created_at: time,
    updated_at: time,
    secrets,
    secret: secret.optional().describe('With a new callback alone.'),
  })
  .describe('Where a partner is told.')
  .register(components, { id: 'Callback' });

export const rotatedSecret = z
  .strictObject({ secret, secrets })
  .describe('A new secret. The old one signs beside it for a day.')
  .register(components, { id: 'RotatedSecret' });

const attempt = {
  at: time,
  duration_ms: count,
  status: httpStatus.nullable().describe('Null without an answer.'),
  error: z.string().nullable().describe('Why it failed, for people.'),
  response: z.string().max(200).optional().describe('The beginning of an answer that was no success.'),
};

const deliveryAttempt = z
  .strictObject(attempt)
  .describe('One call of the receiver.')
  .register(components, { id: 'DeliveryAttempt' });

export const callbackTest = z
  .strictObject({ delivered: z.boolean().describe('Whether the receiver answered with a 2xx.'), ...attempt })
  .describe('What came of a test.')
  .register(components, { id: 'CallbackTest' });

export const delivery = z
  .strictObject({
    id: messageId,
    event_id: z.string(),
    type: z.enum(CALLBACK_EVENTS),
    subject: z.string().describe('The image’s id, or the batch’s.'),
    time: time.describe('The event’s time.'),
    state: z.enum(DELIVERY_STATES),
    attempts: attempts.describe('The number of calls.'),
    next_attempt_at: time.nullable(),
    last_attempts: z.array(deliveryAttempt).max(10).describe('The last ones, the oldest first.'),
  })
  .describe('One callback, and what became of it.')
  .register(components, { id: 'Delivery' });

export const deliveryList = z
  .strictObject({
    deliveries: z.array(delivery),
    next_cursor: z.string().nullable().describe('Null on the last page.'),
  })
  .describe('Deliveries, newest first.')
  .register(components, { id: 'DeliveryList' });

const recent = z
  .strictObject({
    deliveries: count.describe('How many these are: at most the newest 50.'),
    failing: count.describe('Those that failed and will be attempted again.'),
    given_up: count.describe('Those that are attempted no more.'),
    delivered_at: time.nullable().describe('The latest attempt that got through.'),
    failed_at: time.nullable().describe('The latest attempt that failed.'),
  })
  .describe('What became of the newest deliveries.');

export const partnerList = z
  .strictObject({
    partners: z.array(
      z
        .strictObject({
          partner: z.string().describe('The name.'),
          role: z.enum(['partner', 'operator']),
          limits: z
            .strictObject({
              calls_per_second: z.int().min(1),
              burst: z.int().min(1).describe('Calls at once, after a pause.'),
              batches_per_day: z.int().min(1),
            })
            .nullable()
            .describe('Null for an operator, who has none.'),
          callback: z
            .strictObject({ host: z.string().describe('Of its URL.'), ...state, recent })
            .nullable()
            .describe('Null without one.'),
        })
        .describe('Who may call, and how the callback does.')
        .register(components, { id: 'Partner' }),
    ),
  })
  .describe('Everybody who has a key, by name.')
  .register(components, { id: 'PartnerList' });

export const callbackProblem = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: httpStatus,
    detail: z.string().describe('What was wrong, what came, and what is allowed.'),
    code: z.enum(['callback_test_failed', 'conflict', 'too_many_secrets']).optional(),
    test: deliveryAttempt.optional().describe('With `callback_test_failed`: what came back.'),
    secret: secret
      .optional()
      .describe('With `callback_test_failed`, until the callback is set: what the test was signed with.'),
  })
  .describe('An error of the routes for callbacks (RFC 9457).')
  .register(components, { id: 'CallbackProblem' });

/** What a receiver gets. */
export const callbackBody = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: z.string().describe('The event’s id, as on the results queue.'),
    type: z.enum([...CALLBACK_EVENTS, 'callback.test']),
    source: z.string(),
    subject: z.string(),
    time,
    datacontenttype: z.literal('application/json'),
    traceparent: traceparent.optional(),
    dataref: z.string().optional().describe('When the event was cut: the path at which the whole can be read.'),
    data: z
      .looseObject({ cut: z.array(z.string()).optional().describe('The members that were left out.') })
      .describe('As in the event of this type on the results queue.'),
  })
  .describe('A CloudEvent 1.0 of at most 20 KB.')
  .register(components, { id: 'CallbackBody' });

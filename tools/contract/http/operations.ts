import * as z from 'zod';
import { PAGE } from '../../../functions/lambda/page.ts';
import { REQUEST_STATES } from '../../../functions/reprocess-api/event.ts';
import { imageId, requestId, source } from '../schemas/common.ts';
import { imageRecord } from '../schemas/image-record.ts';
import { preferences } from '../schemas/preferences.ts';
import {
  budget,
  gatewayMessage,
  health,
  ok,
  pauseCall,
  problem,
  refusal,
  requestItem,
  requestList,
} from '../schemas/responses.ts';
import { webhookCall } from '../schemas/webhook-call.ts';
import { BATCH_OPERATIONS, BATCH_READS } from './batch-operations.ts';
import { CALLBACK_OPERATIONS, CALLBACK_READS } from './callback-operations.ts';
import {
  always,
  failed,
  forOperators,
  noChangeBySession,
  notModified,
  ownProblem,
  PARTNER,
  perhapsTaken,
  refused,
  taken,
  throttled,
  unauthorized,
  unavailable,
} from './common-responses.ts';
import { CONSOLE_OPERATIONS } from './console-operations.ts';
import { CALL_HEADERS, IF_NONE_MATCH } from './headers.ts';
import { IMAGE_READS } from './image-operations.ts';
import type { Operation, ResponsesByStatus } from './operation.ts';

const image = { name: 'id', schema: imageId, description: 'The image’s id.' };

function processOperation(method: 'post' | 'patch', id: string, summary: string): Operation {
  return {
    method,
    path: '/v3/images/{id}/process',
    id,
    summary,
    description:
      'Queues the request behind earlier requests for its image, waits for its outcome, and responds like Autoenhance’s endpoint. If the outcome takes longer, the response is a 202 (or a 504 for a partner who is configured so), and the request can be read later. A missing or empty body changes no preference.',
    tag: 'requests',
    security: PARTNER,
    pathParameter: image,
    callHeaders: CALL_HEADERS,
    body: { schema: preferences, required: false, examples: ['preferences'] },
    responses: {
      200: {
        description: 'Autoenhance has started the enhancement. The body is its record of the image, unchanged.',
        headers: taken,
        json: { schema: imageRecord, examples: ['image 200'] },
      },
      202: {
        description: 'The request is queued, and its outcome is not known yet.',
        headers: { ...taken, Location: 'required', RetryAfter: 'required' },
        json: { schema: requestItem, examples: ['item 202'] },
      },
      400: {
        ...refused(
          'The body is not JSON in UTF-8, a header has a value that is not allowed, or there is a query; or Autoenhance refused the request.',
        ),
        problem: { schema: problem, examples: ['problem 400'] },
      },
      401: unauthorized,
      403: { ...refused('Autoenhance refused the request.'), problem: { schema: problem } },
      404: refused('Autoenhance knows no such image.', 'refusal 404'),
      409: ownProblem('The `Idempotency-Key` was used for another image or body.', 'problem 409'),
      410: {
        ...refused('`Reprocess-Not-After` passed before the request could be sent; or Autoenhance’s own 410.'),
        problem: { schema: problem },
      },
      413: {
        ...refused('The body is over 256 KiB, or its preferences over 64 KiB; API Gateway’s or Autoenhance’s own 413.'),
        problem: { schema: problem },
      },
      415: { ...refused('The body is compressed; or Autoenhance’s own 415.'), problem: { schema: problem } },
      422: refused('The preferences or the image id are wrong.', 'refusal 422'),
      429: throttled,
      '4XX': refused('Autoenhance refused the request.'),
      500: { ...failed, headers: perhapsTaken },
      502: {
        description: 'Every attempt failed until retrying ended, or the endpoint redirected the call.',
        headers: taken,
        problem: { schema: problem, examples: ['problem 502'] },
      },
      503: unavailable,
      504: {
        description:
          'Only for a partner who is configured so, instead of the 202: the request is queued, and its outcome is not known yet. Read it at `Location`. API Gateway’s own 504 has another body.',
        headers: { ...taken, RequestId: 'optional', Location: 'optional', RetryAfter: 'optional' },
        problem: { schema: problem, examples: ['problem 504'] },
        json: { schema: gatewayMessage },
      },
    },
  };
}

const healthResponses: ResponsesByStatus = {
  200: { description: 'The function runs. Nothing else is checked.', headers: always, json: { schema: ok } },
  429: throttled,
  500: failed,
  503: unavailable,
};

function withoutBodies(responses: ResponsesByStatus): ResponsesByStatus {
  const bare = Object.entries(responses).map(([status, { description, headers = {} }]) => [
    status,
    { description, headers },
  ]);
  return Object.fromEntries(bare);
}

function byHead({ description: _, ...operation }: Operation): Operation {
  const { id, responses } = operation;
  const summary = 'The same without a body';
  return { ...operation, method: 'head', id: `${id}ByHead`, summary, responses: withoutBodies(responses) };
}

/** A read whose response has an ETag, unless it is a file or for probes. */
function conditional(read: Operation): Operation {
  const { callHeaders, responses, security } = read;
  const found = responses[200];
  if (found?.json === undefined || security.length === 0) return read;
  const withEtag = { ...found, headers: { ...found.headers, ETag: 'optional' } } as const;
  return {
    ...read,
    callHeaders: { ...callHeaders, ...IF_NONE_MATCH },
    responses: { ...responses, 200: withEtag, 304: notModified },
  };
}

/** What a route does not know is refused (functions/lambda/unknown-input.ts). */
function refusing(operation: Operation): Operation {
  const unknown = ownProblem('The call has a parameter, a header or a body that its route does not know.');
  return { ...operation, responses: { 400: unknown, ...operation.responses } };
}

const budgetResponses: ResponsesByStatus = {
  200: {
    description: 'The account’s state.',
    headers: always,
    json: { schema: budget, examples: ['budget 200'] },
  },
  401: unauthorized,
  429: throttled,
  500: failed,
  503: unavailable,
};

const PAUSES: readonly Operation[] = [
  {
    method: 'put',
    path: '/v3/pause',
    id: 'pauseAccount',
    summary: 'Pause every call for the account',
    description:
      'For keys with the role `operator`. Requests are taken and wait; none loses an attempt. A pause that stands is replaced.',
    tag: 'account',
    security: PARTNER,
    body: { schema: pauseCall, required: true, examples: ['pause'] },
    responses: {
      ...budgetResponses,
      400: ownProblem('The body has no reason, or an end that is not in the future.'),
      403: forOperators,
      413: ownProblem('The body is over 256 KiB.'),
      415: ownProblem('The body is compressed.'),
    },
  },
  {
    method: 'delete',
    path: '/v3/pause',
    id: 'resumeAccount',
    summary: 'Resume calls for the account',
    description:
      'For keys with the role `operator`. Ends every pause but the one of a daily limit that is used up by the service’s own count.',
    tag: 'account',
    security: PARTNER,
    responses: { ...budgetResponses, 403: forOperators },
  },
];

const READS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v3/requests/{request_id}',
    id: 'readRequest',
    summary: 'Read a request and its outcome',
    description: 'Readable for 14 days after its last change, by the partner who sent it.',
    tag: 'requests',
    security: PARTNER,
    pathParameter: { name: 'request_id', schema: requestId, description: 'The request’s id.' },
    responses: {
      200: {
        description: 'The request, whatever its outcome.',
        headers: always,
        json: { schema: requestItem, examples: ['item 200'] },
      },
      401: unauthorized,
      404: ownProblem('There is no such request, or it is another partner’s.', 'problem 404'),
      429: throttled,
      500: failed,
      503: unavailable,
    },
  },
  {
    method: 'get',
    path: '/v3/images/{id}/requests',
    id: 'listRequests',
    summary: 'List your requests for an image, newest first',
    description: 'A new request may appear with a short delay.',
    tag: 'requests',
    security: PARTNER,
    pathParameter: image,
    query: {
      limit: {
        description: `The largest number of requests on a page; ${PAGE.usual} by default.`,
        schema: z.int().min(1).max(PAGE.longest),
      },
      cursor: { description: 'The `next_cursor` of the page before.', schema: z.string() },
    },
    responses: {
      200: {
        description: 'One page.',
        headers: always,
        json: { schema: requestList, examples: ['list 200'] },
      },
      400: ownProblem('`limit` or `cursor` has a value that is not allowed.'),
      401: unauthorized,
      422: {
        description: 'The image id is not valid.',
        headers: always,
        json: { schema: refusal },
      },
      429: throttled,
      500: failed,
      503: unavailable,
    },
  },
  {
    method: 'get',
    path: '/v3/requests',
    id: 'listAllRequests',
    summary: 'List requests, newest first',
    description: 'A partner’s own; an operator’s key lists all. A new request may appear with a short delay.',
    tag: 'requests',
    security: PARTNER,
    query: {
      state: { description: 'Only requests whose `life` or `state` this is.', schema: z.enum(REQUEST_STATES) },
      code: { description: 'Only requests that failed with this `error_code`.', schema: z.string() },
      source: { description: 'Only requests of this entry point.', schema: source },
      image: { description: 'Only requests of this image.', schema: imageId },
      since: {
        description: 'Only requests that were accepted at this time or later: a date, or a date and time.',
        schema: z.string(),
      },
      partner: {
        description: 'For an operator: one partner’s, or `service` for the service’s own.',
        schema: z.string(),
      },
      limit: {
        description: `The largest number of requests on a page; ${PAGE.usual} by default. A page may be shorter, even empty, and have a next one.`,
        schema: z.int().min(1).max(PAGE.longest),
      },
      cursor: { description: 'The `next_cursor` of the page before.', schema: z.string() },
    },
    responses: {
      200: { description: 'One page.', headers: always, json: { schema: requestList, examples: ['list 200'] } },
      400: ownProblem('A parameter has a value that is not allowed.'),
      401: unauthorized,
      422: { description: 'The image id is not valid.', headers: always, json: { schema: refusal } },
      429: throttled,
      500: failed,
      503: unavailable,
    },
  },
  {
    method: 'get',
    path: '/v3/budget',
    id: 'readBudget',
    summary: 'Read what the account may still do today',
    description: 'The current window of the daily limit, the pause if there is one, and the last 14 windows.',
    tag: 'account',
    security: PARTNER,
    responses: budgetResponses,
  },
  {
    method: 'get',
    path: '/v3/health',
    id: 'readHealth',
    summary: 'Read how the service is',
    description: 'For keys with the role `operator`.',
    tag: 'account',
    security: PARTNER,
    responses: {
      200: { description: 'How it is now.', headers: always, json: { schema: health, examples: ['health 200'] } },
      401: unauthorized,
      403: forOperators,
      429: throttled,
      500: failed,
      503: unavailable,
    },
  },
  {
    method: 'get',
    path: '/healthz',
    id: 'checkHealth',
    summary: 'Check whether the function runs',
    tag: 'health',
    security: [],
    responses: healthResponses,
  },
];

const RETRY: Operation = {
  method: 'post',
  path: '/v3/requests/{request_id}/retry',
  id: 'retryRequest',
  summary: 'Send a failed request again',
  description:
    'As a new request with the same preferences, for one that failed at the call or at its image. A second call is the same request.',
  tag: 'requests',
  security: PARTNER,
  pathParameter: { name: 'request_id', schema: requestId, description: 'The id of the failed request.' },
  responses: {
    200: {
      description: 'The new request has ended already: this was a repetition.',
      headers: { ...always, RequestId: 'required', Location: 'required' },
      json: { schema: requestItem },
    },
    202: {
      description: 'The new request is queued.',
      headers: { ...always, RequestId: 'required', Location: 'required' },
      json: { schema: requestItem },
    },
    401: unauthorized,
    403: noChangeBySession,
    404: ownProblem('There is no such request, or it is another partner’s.'),
    409: ownProblem('It has not failed, or there is a newer request of its image.'),
    429: throttled,
    500: failed,
    503: unavailable,
  },
};

/** Every route of the HTTP API, with all its responses. */
export const OPERATIONS: readonly Operation[] = [
  processOperation('post', 'processImage', 'Process an image again'),
  processOperation('patch', 'processImageByPatch', 'The same with PATCH, which older samples of Autoenhance use'),
  ...[...READS, ...IMAGE_READS, ...BATCH_READS, ...CALLBACK_READS]
    .map(conditional)
    .map((read) => (read.security.length > 0 ? refusing(read) : read))
    .flatMap((read) => [read, byHead(read)]),
  ...[...BATCH_OPERATIONS, ...CALLBACK_OPERATIONS, RETRY, ...PAUSES].map(refusing),
  ...CONSOLE_OPERATIONS,
  {
    method: 'post',
    path: '/webhooks/autoenhance',
    id: 'recordImage',
    summary: 'Autoenhance’s webhook for finished images',
    description:
      'The response is 200 once the event is in the results queue. Autoenhance sends an empty body when the webhook’s settings are saved.',
    tag: 'webhook',
    security: ['webhookToken', 'webhookAuthorization'],
    body: { schema: webhookCall, required: false, examples: ['webhook'] },
    responses: {
      200: { description: 'Published, or nothing to publish.', headers: always, json: { schema: ok } },
      400: ownProblem('The body is not JSON in UTF-8, or is nested deeper than 64 levels.'),
      401: ownProblem('The token is wrong or missing.'),
      413: { ...ownProblem('The body is over 64 KiB.'), json: { schema: gatewayMessage } },
      415: ownProblem('The body is compressed.'),
      429: throttled,
      500: failed,
      503: unavailable,
    },
  },
];

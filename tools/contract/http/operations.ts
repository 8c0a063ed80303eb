import * as z from 'zod';
import { PAGE } from '../../../functions/reprocess-api/event.ts';
import { anyRefusal, gatewayMessage, ok, problem, refusal, requestItem, requestList } from '../schemas/answers.ts';
import { imageId, requestId } from '../schemas/common.ts';
import { imageRecord } from '../schemas/image-record.ts';
import { preferences } from '../schemas/preferences.ts';
import { webhookCall } from '../schemas/webhook-call.ts';
import { type AnswerHeader, CALL_HEADERS, type Header } from './headers.ts';

/** A body: its schema, and the kinds of the documents' examples (examples.ts). */
export interface Body {
  readonly schema: z.core.$ZodType;
  readonly examples?: readonly string[];
}

export interface Answer {
  readonly description: string;
  /** `required` where it is never missing. */
  readonly headers?: Readonly<Partial<Record<AnswerHeader, 'required' | 'optional'>>>;
  readonly json?: Body;
  /** `application/problem+json` */
  readonly problem?: Body;
}

/** By status; `4XX` stands for every other one of its class. */
export type Answers = Readonly<Record<string, Answer>>;

export interface Operation {
  readonly method: 'get' | 'head' | 'post' | 'patch';
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'requests' | 'health' | 'webhook';
  /** Security schemes of which one must be met. */
  readonly security: readonly string[];
  readonly pathParameter?: { readonly name: string; readonly schema: z.ZodType; readonly description: string };
  readonly query?: Readonly<Record<string, Header>>;
  readonly callHeaders?: Readonly<Record<string, Header>>;
  readonly body?: Body & { readonly required: boolean };
  readonly answers: Answers;
}

const always = { CacheControl: 'optional' } as const;
const taken = { ...always, RequestId: 'required', Warnings: 'optional', PreferenceApplied: 'optional' } as const;
const perhapsTaken = { ...taken, RequestId: 'optional' } as const;

/** What the endpoint said, or this service in its form. */
const refused = (description: string, ...examples: readonly string[]): Answer => ({
  description,
  headers: perhapsTaken,
  json: { schema: anyRefusal, examples },
});
const ownProblem = (description: string, ...examples: readonly string[]): Answer => ({
  description,
  headers: always,
  problem: { schema: problem, examples },
});

const unauthorized: Answer = {
  description: 'The key is wrong or missing.',
  headers: always,
  json: { schema: refusal, examples: ['refusal 401'] },
};
const throttled: Answer = {
  description: 'Too many calls at once. From API Gateway.',
  json: { schema: gatewayMessage },
};
const failed: Answer = {
  description: 'A fault of this service’s own.',
  headers: always,
  problem: { schema: problem },
  json: { schema: gatewayMessage },
};
const away: Answer = {
  description:
    'A part of AWS is away. Call again; where that would hand over a request, under the same `Idempotency-Key`: it completes what was begun.',
  headers: { ...always, RetryAfter: 'optional' },
  problem: { schema: problem, examples: ['problem 503'] },
  json: { schema: gatewayMessage },
};

const PARTNER = ['partnerKey'];
const image = { name: 'id', schema: imageId, description: 'The image’s id.' };

function processOperation(method: 'post' | 'patch', id: string, summary: string): Operation {
  return {
    method,
    path: '/v3/images/{id}/process',
    id,
    summary,
    description:
      'Queues the request behind the earlier ones of its image, waits for its outcome, and answers as Autoenhance’s endpoint does. What takes longer is answered with 202, or with 504 where the partner’s entry says so, and can be read later. No body, or an empty one, changes no preference.',
    tag: 'requests',
    security: PARTNER,
    pathParameter: image,
    callHeaders: CALL_HEADERS,
    body: { schema: preferences, required: false, examples: ['preferences'] },
    answers: {
      200: {
        description: 'Autoenhance has started the enhancement. Its record of the image, as it came.',
        headers: taken,
        json: { schema: imageRecord, examples: ['image 200'] },
      },
      202: {
        description: 'Safely queued; the outcome will come.',
        headers: { ...taken, Location: 'required', RetryAfter: 'required' },
        json: { schema: requestItem, examples: ['item 202'] },
      },
      400: {
        ...refused(
          'The body is no JSON in UTF-8, or a header is none of what is allowed; or Autoenhance refused the request.',
        ),
        problem: { schema: problem, examples: ['problem 400'] },
      },
      401: unauthorized,
      404: refused('Autoenhance knows no such image.', 'refusal 404'),
      409: ownProblem('The `Idempotency-Key` was used for another image or body.', 'problem 409'),
      410: {
        ...refused('`Reprocess-Not-After` had passed before the request could be sent; or Autoenhance’s own 410.'),
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
        description: 'The endpoint gave no usable answer for as long as requests are retried, or redirected.',
        headers: taken,
        problem: { schema: problem, examples: ['problem 502'] },
      },
      503: away,
      504: {
        description:
          'Only for a partner whose entry says so, in place of the 202: safely queued, and the outcome will come. Read it at `Location`. API Gateway’s own 504 would have its own body.',
        headers: { ...taken, RequestId: 'optional', Location: 'optional' },
        problem: { schema: problem, examples: ['problem 504'] },
        json: { schema: gatewayMessage },
      },
    },
  };
}

const healthAnswers: Answers = {
  200: { description: 'The function runs. It looks at nothing else.', headers: always, json: { schema: ok } },
  429: throttled,
  500: failed,
  503: away,
};

function withoutBodies(answers: Answers): Answers {
  const bare = Object.entries(answers).map(([status, { description, headers = {} }]) => [
    status,
    { description, headers },
  ]);
  return Object.fromEntries(bare);
}

function byHead({ description: _, ...operation }: Operation): Operation {
  const { id, answers } = operation;
  const summary = 'The same without a body';
  return { ...operation, method: 'head', id: `${id}ByHead`, summary, answers: withoutBodies(answers) };
}

const READS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v3/requests/{request_id}',
    id: 'readRequest',
    summary: 'What became of a request',
    description: 'Readable for 14 days after its last change, by the partner that sent it.',
    tag: 'requests',
    security: PARTNER,
    pathParameter: { name: 'request_id', schema: requestId, description: 'The request’s id.' },
    answers: {
      200: {
        description: 'The request, whatever became of it.',
        headers: always,
        json: { schema: requestItem, examples: ['item 200'] },
      },
      401: unauthorized,
      404: ownProblem('There is no such request, or it is another partner’s.', 'problem 404'),
      429: throttled,
      500: failed,
      503: away,
    },
  },
  {
    method: 'get',
    path: '/v3/images/{id}/requests',
    id: 'listRequests',
    summary: 'Your requests for an image, newest first',
    description: 'A new request may appear a moment late.',
    tag: 'requests',
    security: PARTNER,
    pathParameter: image,
    query: {
      limit: {
        description: `How many at most; ${PAGE.usual} unless given.`,
        schema: z.int().min(1).max(PAGE.longest),
      },
      cursor: { description: 'The `next_cursor` of the page before.', schema: z.string() },
    },
    answers: {
      200: {
        description: 'One page.',
        headers: always,
        json: { schema: requestList, examples: ['list 200'] },
      },
      400: ownProblem('`limit` or `cursor` is none of what is allowed.'),
      401: unauthorized,
      422: {
        description: 'The image id is impossible.',
        headers: always,
        json: { schema: refusal },
      },
      429: throttled,
      500: failed,
      503: away,
    },
  },
  {
    method: 'get',
    path: '/healthz',
    id: 'checkHealth',
    summary: 'Whether the function runs',
    tag: 'health',
    security: [],
    answers: healthAnswers,
  },
];

/** Every route of the HTTP API, with all that it may answer. */
export const OPERATIONS: readonly Operation[] = [
  processOperation('post', 'processImage', 'Have an image processed again'),
  processOperation('patch', 'processImageByPatch', 'The same, by the method that older samples of Autoenhance’s use'),
  ...READS.flatMap((read) => [read, byHead(read)]),
  {
    method: 'post',
    path: '/webhooks/autoenhance',
    id: 'recordImage',
    summary: 'What Autoenhance calls when an image is finished',
    description: 'Answers 200 when the event is on the results queue. An empty body says that the settings were saved.',
    tag: 'webhook',
    security: ['webhookToken', 'webhookAuthorization'],
    body: { schema: webhookCall, required: false, examples: ['webhook'] },
    answers: {
      200: { description: 'Published, or nothing to publish.', headers: always, json: { schema: ok } },
      400: ownProblem('The body is no JSON in UTF-8, or nests deeper than 64 levels.'),
      401: ownProblem('The token is wrong or missing.'),
      413: { ...ownProblem('The body is over 64 KiB.'), json: { schema: gatewayMessage } },
      415: ownProblem('The body is compressed.'),
      429: throttled,
      500: failed,
      503: away,
    },
  },
];

import * as z from 'zod';
import { BATCH_STATES } from '../../../functions/batch-api/event.ts';
import { ROW_STATES } from '../../../functions/core/batch/results/line-row.ts';
import { PAGE } from '../../../functions/lambda/page.ts';
import {
  batch,
  batchList,
  batchProblem,
  checkedBatch,
  handedBatch,
  lineList,
  newBatch,
  orderReprocess,
  steeredBatch,
} from '../schemas/batches.ts';
import { batchId, imageId } from '../schemas/common.ts';
import { components } from '../schemas/components.ts';
import { gatewayMessage } from '../schemas/responses.ts';
import {
  always,
  failed,
  noChangeBySession,
  PARTNER,
  problemOf,
  throttled,
  unauthorized,
  unavailable,
} from './common-responses.ts';
import type { Header } from './headers.ts';
import type { Operation, ResponsesByStatus } from './operation.ts';

const FILES = ['text/csv', 'application/x-ndjson'];

const wrong = problemOf(batchProblem);

const everywhere: ResponsesByStatus = { 401: unauthorized, 429: throttled, 500: failed, 503: unavailable };
const unknownBatch = wrong('There is no such batch, or it is another partner’s.', 'batch-problem 404');
const badQuery = wrong('A parameter or the cursor has a value that is not allowed.');

const one = { name: 'batch_id', schema: batchId, description: 'The batch’s id.' };

const PAGING: Readonly<Record<string, Header>> = {
  limit: {
    description: `The largest number on a page; ${PAGE.usual} by default. A page may be shorter, even empty, and have a next one.`,
    schema: z.int().min(1).max(PAGE.longest),
  },
  cursor: { description: 'The `next_cursor` of the page before.', schema: z.string() },
};

const idempotencyKey: Readonly<Record<string, Header>> = {
  'Idempotency-Key': {
    description:
      'The same key with the same content is the same batch. Without one, the same content under the same name is. With other content the key is refused.',
    schema: z.string(),
    example: 'spring-campaign-1',
  },
};

const HANDING: Readonly<Record<string, Header>> = {
  dry_run: { description: 'Checks the batch, and sends and stores nothing.', schema: z.boolean() },
  name: { description: 'What the batch is called. A file’s name also says how it is read.', schema: z.string() },
};

const handed = { ...always, Batch: 'required' } as const;
const handedResponses: ResponsesByStatus = {
  200: {
    description: 'With `dry_run`: what would become of it. Else: the same was handed over before as this batch.',
    headers: { ...always, Batch: 'optional' },
    json: {
      schema: z
        .union([handedBatch, checkedBatch])
        .describe('A batch that was handed over before, or what would become of one.')
        .register(...named('HandedOrCheckedBatch')),
      examples: ['checked 200'],
    },
  },
  202: {
    description: 'The batch is checked and will be sent, or its file is awaited.',
    headers: handed,
    json: { schema: handedBatch, examples: ['handed 202'] },
  },
  400: wrong('The body is not what its Content-Type says, or a header or parameter is not allowed.'),
  403: noChangeBySession,
  413: { ...wrong('The body is over 5 MB: upload it.'), json: { schema: gatewayMessage } },
  422: wrong(
    'Nothing of the batch can be sent, the body has another shape, or the key was used for other content.',
    'batch-problem 422',
  ),
  ...everywhere,
};

const create: Operation = {
  method: 'post',
  path: '/v3/batches',
  id: 'createBatch',
  summary: 'Hand over a batch',
  description:
    'Checks the whole batch, and has its requests sent as the account’s daily limit allows. A CSV file needs a column `image_id`, NDJSON has one request a line.',
  tag: 'batches',
  security: PARTNER,
  query: HANDING,
  callHeaders: idempotencyKey,
  body: {
    schema: newBatch,
    required: true,
    examples: ['new-batch'],
    // The last is a file whose name says what it is, in any encoding.
    files: [...FILES, 'application/octet-stream'],
  },
  responses: {
    ...handedResponses,
    415: wrong('The body is a spreadsheet, an archive or of a type that is not known.'),
  },
};

const reprocessOrder: Operation = {
  method: 'post',
  path: '/v3/orders/{order_id}/reprocess',
  id: 'reprocessOrder',
  summary: 'Process the images of an order again',
  description:
    'Reads the order from Autoenhance, and makes a batch of its images. Images that were never uploaded or have expired are left out, with their reasons.',
  tag: 'batches',
  security: PARTNER,
  pathParameter: { name: 'order_id', schema: imageId, description: 'The order’s id at Autoenhance.' },
  query: HANDING,
  callHeaders: idempotencyKey,
  body: { schema: orderReprocess, required: true, examples: ['order'] },
  responses: {
    ...handedResponses,
    404: wrong('Autoenhance knows no such order, or it belongs to another account.'),
    409: {
      ...wrong('The order is merging brackets: repeat the call.', 'batch-problem 409'),
      headers: { ...always, RetryAfter: 'optional' },
    },
    413: wrong('The body is over 1 MB, or the preferences are too long for so many images.'),
    415: wrong('The body is compressed.'),
    502: wrong('Autoenhance refused to show the order.'),
    503: { ...unavailable, problem: { schema: batchProblem } },
  },
};

const READS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v3/batches',
    id: 'listBatches',
    summary: 'List batches, newest first',
    description: 'A partner’s own; an operator’s key lists all. A new batch may appear with a short delay.',
    tag: 'batches',
    security: PARTNER,
    query: {
      state: { description: 'Only batches in this state.', schema: z.enum(BATCH_STATES) },
      partner: {
        description: 'For an operator: one partner’s, or `service` for the service’s own.',
        schema: z.string(),
      },
      ...PAGING,
    },
    responses: {
      200: { description: 'One page.', headers: always, json: { schema: batchList, examples: ['batches 200'] } },
      400: badQuery,
      ...everywhere,
    },
  },
  {
    method: 'get',
    path: '/v3/batches/{batch_id}',
    id: 'getBatch',
    summary: 'Read a batch',
    tag: 'batches',
    security: PARTNER,
    pathParameter: one,
    responses: {
      200: { description: 'The batch.', headers: always, json: { schema: batch, examples: ['batch 200'] } },
      404: unknownBatch,
      ...everywhere,
    },
  },
  {
    method: 'get',
    path: '/v3/batches/{batch_id}/requests',
    id: 'listBatchLines',
    summary: 'List the lines of a batch',
    description: 'In the order of its file. Those with `state=failed` come from an index, all others from the file.',
    tag: 'batches',
    security: PARTNER,
    pathParameter: one,
    query: {
      state: { description: 'Only lines in this state.', schema: z.enum(ROW_STATES) },
      code: { description: 'Only lines with this code.', schema: z.string() },
      ...PAGING,
    },
    responses: {
      200: { description: 'One page.', headers: always, json: { schema: lineList, examples: ['lines 200'] } },
      400: badQuery,
      404: unknownBatch,
      410: wrong('The request file cannot be read any more.'),
      ...everywhere,
    },
  },
  {
    method: 'get',
    path: '/v3/batches/{batch_id}/results',
    id: 'getBatchResults',
    summary: 'Read the results of a batch',
    description:
      'The rows as they came, with `request_id`, `state`, `code`, `reason`, `attempts`, `started_at` and `finished_at`. Of a batch that has ended: a redirect to the file, which needs no key.',
    tag: 'batches',
    security: PARTNER,
    pathParameter: one,
    responses: {
      200: {
        description: 'The results as they are now.',
        headers: { ...always, ContentDisposition: 'required' },
        files: FILES,
      },
      302: { description: 'Where the results file is, for 15 minutes.', headers: { ...always, File: 'required' } },
      404: unknownBatch,
      409: {
        ...wrong('The batch is still being checked, or its results are too long while it runs.'),
        headers: { ...always, RetryAfter: 'optional' },
      },
      410: wrong('The request file cannot be read any more.'),
      ...everywhere,
    },
  },
];

function steering(action: 'pause' | 'resume' | 'cancel', summary: string, description: string): Operation {
  return {
    method: 'post',
    path: `/v3/batches/{batch_id}/${action}`,
    id: `${action}Batch`,
    summary,
    description,
    tag: 'batches',
    security: PARTNER,
    pathParameter: one,
    responses: {
      200: { description: 'The batch as it is then.', headers: always, json: { schema: steeredBatch } },
      403: noChangeBySession,
      404: unknownBatch,
      409: wrong('The batch has ended, or was refused.'),
      ...everywhere,
    },
  };
}

const retry: Operation = {
  method: 'post',
  path: '/v3/batches/{batch_id}/retry',
  id: 'retryBatch',
  summary: 'Send the failed lines of a batch again',
  description:
    'As a new batch, the only one of its kind: every further call is the same, under any `Idempotency-Key`. Lines whose image has a newer request are left out. The lines that fail in the new batch are sent again by a retry of it.',
  tag: 'batches',
  security: PARTNER,
  pathParameter: one,
  responses: {
    200: { description: 'They were sent again before, as this batch.', headers: handed, json: { schema: handedBatch } },
    202: { description: 'The new batch.', headers: handed, json: { schema: handedBatch } },
    403: noChangeBySession,
    404: unknownBatch,
    409: wrong('Some lines have not ended, none failed, each that did has a newer request, or too many failed.'),
    422: wrong('Nothing of it can be sent any more.'),
    ...everywhere,
  },
};

export const BATCH_READS = READS;

export const BATCH_OPERATIONS: readonly Operation[] = [
  create,
  retry,
  steering('pause', 'Pause a batch', 'What is queued is still sent.'),
  steering('resume', 'Resume a batch', 'Goes on where it was paused.'),
  steering(
    'cancel',
    'Cancel a batch',
    'Sends no more of it. What is queued or started ends as usual. This cannot be undone.',
  ),
  reprocessOrder,
];

/** For a schema that only this document names. */
function named(id: string) {
  return [components, { id }] as const;
}

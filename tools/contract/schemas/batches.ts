import * as z from 'zod';
import { BATCH_STATES } from '../../../functions/batch-api/event.ts';
import { MAX_POINTS } from '../../../functions/core/batch/batch.ts';
import { ROW_STATES } from '../../../functions/core/batch/results/line-row.ts';
import { attempts, batchId, count, httpStatus, imageId, requestId, time, warnings } from './common.ts';
import { components } from './components.ts';

const line = z.int().min(1);
const problems = z.array(z.string()).describe('What is wrong with the batch as a whole, for people.');

const rejections = z
  .array(
    z.strictObject({
      line,
      image_id: imageId.optional(),
      detail: z.string().describe('What was wrong, what came, and what is allowed.'),
    }),
  )
  .max(100)
  .describe('The first refused lines.');

const check = z
  .strictObject({
    rejections,
    rejections_file: z.string().optional().describe('The key of the list of all refused lines in the bucket.'),
    repeated_images: count.describe('Images that more than one line names.'),
    differing_images: count.describe('Those of them whose lines ask for different things.'),
    repeats: z
      .array(z.strictObject({ image_id: imageId, lines: z.array(line), count: z.int().min(2), differs: z.boolean() }))
      .describe('The first of them, each with its first lines.'),
    waiting_images: z
      .strictObject({ looked_at: count, waiting: count })
      .optional()
      .describe('Images that had a request waiting when the batch was checked, of those that were looked at.'),
  })
  .describe('What the check found, beside counts, problems and warnings.')
  .register(components, { id: 'BatchCheck' });

const pace = z
  .strictObject({
    limit: z.int().min(1).nullable().describe('Enhancements from one reset to the next; null: no limit.'),
    left_today: count.nullable().describe('What is left of it for batches; null without a limit.'),
    days: count.nullable().describe('Days until the end; null when it never ends.'),
    expected_end: time.nullable(),
    sentence: z.string().describe('The same for people.'),
  })
  .describe('How long the requests take, as far as the account’s daily limit allows.')
  .register(components, { id: 'BatchPace' });

export const batchCounts = z
  .strictObject({
    total: count,
    rejected: count,
    waiting: count,
    queued: count,
    started: count,
    finished: count,
    failed: count,
    cancelled: count,
  })
  .describe('Lines by state, each in one of them: `total` is the sum of all others.')
  .register(components, { id: 'BatchCounts' });

export const batchSource = z.enum(['http', 'upload', 'order']).describe('How it was handed over.');

const summary = {
  batch_id: batchId,
  name: z.string(),
  source: batchSource,
  partner: z.string().optional().describe('Whose it is; absent when it is the service’s own.'),
  retry_of: batchId.optional().describe('The batch whose failed lines this one sends again.'),
  state: z.enum(BATCH_STATES),
  counts: batchCounts,
  created_at: time,
  started_at: time.nullable(),
  finished_at: time.nullable(),
};

const batchSummary = z
  .strictObject(summary)
  .describe('A batch in a list.')
  .register(components, { id: 'BatchSummary' });

export const batchList = z
  .strictObject({
    batches: z.array(batchSummary),
    next_cursor: z.string().optional().describe('For the query’s `cursor`; absent on the last page.'),
  })
  .describe('Batches, newest first.')
  .register(components, { id: 'BatchList' });

const waitsFor = z
  .strictObject({
    reason: z.enum(['daily_limit', 'person', 'paused', 'upload']),
    detail: z.string().describe('The same for people.'),
    until: time.optional(),
  })
  .describe(
    'Why nothing of the batch is sent for now: the account’s daily limit or a person’s pause of the account, the batch’s own pause, or a file that is still to be uploaded.',
  )
  .register(components, { id: 'BatchWaitsFor' });

const whole = {
  ...summary,
  expected_end: time.nullable(),
  waits_for: waitsFor.nullable(),
  rate_per_minute: z.number().min(0).nullable().describe('Lines that ended in a minute, over the last minutes.'),
  problems,
  warnings,
  check: check.optional(),
  pace: pace.optional().describe('Of what still waits.'),
  progress: z
    .array(z.strictObject({ at: time, started: count, finished: count, failed: count }))
    .max(MAX_POINTS)
    .describe('Counts over time, oldest first.'),
  results: z.string().optional().describe('Where its results file is, once it has ended.'),
};

export const batch = z.strictObject(whole).describe('A batch.').register(components, { id: 'Batch' });

const leftOut = z
  .strictObject({
    line: line.optional().describe('Of a line of the batch that is sent again.'),
    image_id: z.string().optional(),
    reason: z.string(),
  })
  .describe('What was meant and is no part of the batch.')
  .register(components, { id: 'LeftOut' });

const handing = {
  left_out: z.array(leftOut).max(100).optional().describe('The first of them.'),
  left_out_count: count.optional(),
};

export const handedBatch = z
  .strictObject({
    ...whole,
    ...handing,
    upload: z
      .strictObject({ method: z.literal('PUT'), url: z.string(), expires_at: time })
      .optional()
      .describe('Where to put the file, until when. Whoever has the URL may put it.'),
    note: z.string().optional().describe('That nothing new is sent, since the same was handed over before.'),
  })
  .describe('A batch that was handed over.')
  .register(components, { id: 'HandedBatch' });

export const steeredBatch = z
  .strictObject({ ...whole, note: z.string().optional().describe('What it is too late for.') })
  .describe('A batch that was paused, resumed or cancelled.')
  .register(components, { id: 'SteeredBatch' });

export const checkedBatch = z
  .strictObject({
    dry_run: z.literal(true),
    would_be_sent: z.boolean(),
    refusal: z.string().optional().describe('Why nothing of it would be sent.'),
    counts: z.strictObject({ total: count, rejected: count, accepted: count }),
    problems,
    warnings,
    check,
    pace: pace.optional(),
    expected_end: time.nullable(),
    ...handing,
  })
  .describe('What would become of a batch.')
  .register(components, { id: 'CheckedBatch' });

const lineRow = z
  .strictObject({
    line,
    image_id: z.string().optional(),
    request_id: requestId.optional().describe('Absent while it waits, and of a refused line.'),
    state: z.enum(ROW_STATES),
    code: z.string().optional().describe('Why it failed, is refused, or waits to be sent again. Branch on this code.'),
    reason: z.string().optional().describe('The same for people.'),
    attempts,
    started_at: time.optional(),
    finished_at: time.optional(),
  })
  .describe('A line of a batch.')
  .register(components, { id: 'BatchLine' });

export const lineList = z
  .strictObject({
    requests: z.array(lineRow),
    next_cursor: z.string().optional().describe('For the query’s `cursor`; absent on the last page.'),
  })
  .describe('Lines of a batch, in the order of its file.')
  .register(components, { id: 'BatchLineList' });

/** RFC 9457, with the members of a batch. */
export const batchProblem = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: httpStatus,
    detail: z.string().describe('What was wrong, what came, and what is allowed.'),
    code: z.string().optional(),
    batch_id: batchId.optional(),
    state: z.enum(BATCH_STATES).optional(),
    total: count.optional(),
    rejected: count.optional(),
    problems: problems.optional(),
    warnings: warnings.optional(),
    check: check.optional(),
    ...handing,
  })
  .describe('An error of this service about a batch (RFC 9457).')
  .register(components, { id: 'BatchProblem' });

const shared = {
  preferences: z.unknown().describe('Preferences, as in a single request.'),
  name: z.string().optional(),
};

/** What `POST /v3/batches` takes as JSON. */
export const newBatch = z
  .union([
    z.array(z.unknown()).min(1).describe('Requests: `{"image_id", "preferences"}` each, as in a request file.'),
    z.strictObject({
      image_ids: z.array(z.unknown()).min(1),
      ...shared,
      not_after: z.string().nullish(),
      api_version: z.string().nullish(),
    }),
    z.strictObject({ upload: z.strictObject({ file_name: z.string() }), name: z.string().optional() }),
  ])
  .describe('Requests, images with preferences for all of them, or the name of a file that is uploaded later.')
  .register(components, { id: 'NewBatch' });

/** What `POST /v3/orders/{order_id}/reprocess` takes. */
export const orderReprocess = z
  .strictObject({
    ...shared,
    only: z
      .strictObject({ status: z.array(z.string()).min(1).optional(), image_ids: z.array(z.string()).min(1).optional() })
      .nullish()
      .describe('Which images are meant: those in one of these states, and those with one of these ids.'),
  })
  .describe('What to change in the images of an order.')
  .register(components, { id: 'OrderReprocess' });

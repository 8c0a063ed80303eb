import { expect } from 'vitest';
import { parseNewBatch } from '../../../functions/batch-api/event.ts';
import {
  batchResponse,
  linesResponse,
  listResponse,
  unknownBatchResponse,
} from '../../../functions/batch-api/responses.ts';
import type { Batch, BatchCheck } from '../../../functions/core/batch/batch.ts';
import { batchFinished } from '../../../functions/core/batch/batch-event.ts';
import type { LineRow } from '../../../functions/core/batch/results/line-row.ts';
import type { Pace } from '../../../functions/core/batch/viewing/pace.ts';
import type { BatchView } from '../../../functions/core/batch/viewing/view-batch.ts';
import { encodeEvent } from '../../../functions/core/outcome/cloud-event.ts';
import { checkedResponse, createdResponse } from '../../../functions/lambda/batch-responses.ts';
import type { HttpResponse } from '../../../functions/lambda/http.ts';
import { parseOrderInput } from '../../../functions/order-api/event.ts';
import { refusedOrder } from '../../../functions/order-api/responses.ts';
import { httpEvent } from '../../support/http-event.ts';
import type { Json } from './contract.ts';
import type { Block } from './documents.ts';

// As examples.test.ts does: each example is read as if it had come over the wire, and written again by the code that writes
// such things.

const contentOf = ({ text }: Block): Json => JSON.parse(text);
const bodyOf = ({ body = '' }: HttpResponse): unknown => JSON.parse(body);
const BEGINNING = { offset: 0, line: 1 };
const MINUTE = 60_000;

function checkOf({ check, counts, problems, warnings, detail }: Json): BatchCheck {
  const { rejections, repeated_images, differing_images, repeats, waiting_images: waiting } = check ?? {};
  const refusal = detail?.split('nothing of the batch can be sent: ')[1];
  return {
    ...(refusal !== undefined && { refusal }),
    total: counts.total,
    rejected: counts.rejected,
    rejections,
    repeatedImages: repeated_images,
    differingImages: differing_images,
    repeats,
    problems,
    warnings,
    ...(waiting && { waitingImages: { lookedAt: waiting.looked_at, waiting: waiting.waiting } }),
  };
}

function paceOf({ limit, left_today: leftToday, days, expected_end: end, sentence }: Json): Pace {
  return { requests: 0, limit, leftToday, days, expectedEnd: end === null ? null : Date.parse(end), sentence };
}

function batchOf(wire: Json): Batch {
  const { started, finished, failed, queued, total, rejected } = wire.counts;
  const none = {
    check: { rejections: [], repeated_images: 0, differing_images: 0, repeats: [] },
    problems: [],
    warnings: [],
  };
  const check = checkOf({ ...none, ...wire, counts: { total, rejected } });
  const timeOf = (name: string) => (wire[name] ? { [`${name.split('_')[0]}At`]: Date.parse(wire[name]) } : {});
  return {
    batchId: wire.batch_id,
    name: wire.name,
    source: wire.source,
    partner: wire.partner,
    file: { bucket: 'uploads', key: 'requests/a.csv', version: '1' },
    createdAt: Date.parse(wire.created_at),
    ...timeOf('started_at'),
    ...timeOf('finished_at'),
    check,
    control: 'running',
    feed: { sent: 1, fed: BEGINNING, lines: queued + started + finished + failed, isFed: true },
    tally: { started, finished, failed, returned: 0 },
    points: (wire.progress ?? []).map(({ at, ...counts }: Json) => ({ at: Date.parse(at), ...counts })),
  };
}

function viewOf(wire: Json): BatchView {
  const until = Date.parse(wire.waits_for?.until ?? '2026-11-29T00:00:00.000Z');
  const window = { start: until - 24 * 60 * MINUTE, end: until };
  const budget = { window, limit: 500, used: 0, usedByBulk: 0, leftForBulk: 450, failed: 0 };
  const { reason, detail } = wire.waits_for ?? {};
  const pause = wire.waits_for ? { pause: { reason, detail, since: 0, until } } : {};
  const pace = wire.pace ?? (wire.expected_end ? { expected_end: wire.expected_end } : undefined);
  return { now: until, account: { budget, ...pause }, ...(pace && { pace: paceOf(pace) }) };
}

const PROBLEMS: Readonly<Record<string, (example: Block) => unknown>> = {
  'batch-problem 404': () => bodyOf(unknownBatchResponse()),
  'batch-problem 409': () =>
    bodyOf(refusedOrder({ orderId: 'a', isMerging: true, isDeleted: false, images: [] }) as HttpResponse),
  async 'batch-problem 422'(example) {
    const { total, rejected, ...wire } = contentOf(example);
    const check = checkOf({ ...wire, counts: { total, rejected } });
    return bodyOf(await createdResponse({ kind: 'refused', check }, undefined as never, undefined as never));
  },
};

export const BATCH_CHECKS: Readonly<Record<string, (example: Block) => unknown>> = {
  'batch-event'(example) {
    const event = contentOf(example);
    const { file: key, results_file: resultsKey, ...wire } = event.data;
    const { file, ...batch } = batchOf({ ...wire, started_at: wire.started_at, finished_at: wire.finished_at });
    const rebuilt = batchFinished({ ...batch, file: { ...file, key } }, resultsKey);
    expect(JSON.parse(encodeEvent(rebuilt, 'production'))).toEqual(event);
  },
  'new-batch'(example) {
    const headers = { 'content-type': 'application/json' };
    expect(parseNewBatch(httpEvent({ method: 'POST', body: example.text, headers }))).toMatchObject({
      kind: 'content',
    });
  },
  order(example) {
    expect(parseOrderInput(httpEvent({ method: 'POST', body: example.text }), 'some-order')).toHaveProperty(
      'preferences',
    );
  },
  async handed(example) {
    const wire = contentOf(example);
    const created = { kind: 'created', batch: batchOf(wire), pace: paceOf(wire.pace) } as const;
    const response = await createdResponse(created, async () => viewOf(wire), undefined as never);
    expect(bodyOf(response)).toEqual(wire);
  },
  checked(example) {
    const wire = contentOf(example);
    expect(bodyOf(checkedResponse(checkOf(wire), paceOf(wire.pace)))).toEqual(wire);
  },
  batch(example) {
    const wire = contentOf(example);
    const shown = bodyOf(batchResponse(batchOf(wire), viewOf(wire))) as Json;
    // One point gives no rate, and of its pace and its check an example may show nothing.
    const { pace: _, check: __, rate_per_minute: ___, ...rest } = shown;
    const { check: ____, rate_per_minute: rate, ...told } = wire;
    expect(rest).toEqual(told);
    expect(rate).toEqual(expect.any(Number));
  },
  batches(example) {
    const { batches, next_cursor: cursor } = contentOf(example);
    const page = { batches: batches.map(batchOf), ...(cursor !== undefined && { cursor }) };
    expect(bodyOf(listResponse(page))).toEqual(contentOf(example));
  },
  lines(example) {
    const { requests, next_cursor: cursor } = contentOf(example);
    const rows = requests.map(
      ({ image_id, request_id, started_at, finished_at, ...row }: Json): LineRow => ({
        ...row,
        imageId: image_id,
        requestId: request_id,
        ...(started_at && { startedAt: Date.parse(started_at) }),
        ...(finished_at && { finishedAt: Date.parse(finished_at) }),
      }),
    );
    expect(bodyOf(linesResponse({ rows, cursor }))).toEqual(contentOf(example));
  },
  async 'batch-problem'(example) {
    expect(contentOf(example)).toEqual(await PROBLEMS[example.kind]?.(example));
  },
};

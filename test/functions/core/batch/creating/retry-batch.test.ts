import { describe, expect, it } from 'vitest';
import { type Batch, batchIdOf, newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import type { NewBatch } from '../../../../../functions/core/batch/creating/create-batch.ts';
import { createRetryBatch, MAX_RETRIED } from '../../../../../functions/core/batch/creating/retry-batch.ts';
import type { LedgerItem } from '../../../../../functions/core/ports.ts';
import { aLedgerItem, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const { refusal: _, ...nothing } = unreadCheck('');
const file = { bucket: 'uploads', key: 'requests/partners/acme/a.csv', version: 'v1' };
const facts = { batchId: batchIdOf('test', '1'), name: 'a', source: 'http', partner: 'acme', file } as const;
const made = newBatch({ ...facts, createdAt: NOON, check: { ...nothing, total: 2 } });
const feed = { ...made.feed, lines: 2, isFed: true };
const ended: Batch = { ...made, feed, finishedAt: NOON, tally: { ...made.tally, failed: 2 } };

const endedWith = (failed: number): Batch => ({
  ...{ ...ended, check: { ...nothing, total: failed } },
  ...{ feed: { ...feed, lines: failed }, tally: { ...made.tally, failed } },
});

/** A failed line. */
function itemOf(line: number, more: Partial<LedgerItem> = {}): LedgerItem {
  const its = { source: 'upload', upload: { file: file.key, line }, acceptedAt: NOON - 1000 * line } as const;
  return aLedgerItem({ imageId: `image-${line}`, ...its, state: 'failed', ...more });
}

/** Sends the failed lines of a batch again. @param newer ids of images that have a newer request */
async function retry(items: readonly LedgerItem[], newer: readonly string[] = [], batch = endedWith(items.length)) {
  const clock = standingClock();
  const created: NewBatch[] = [];
  const asked: string[] = [];
  const retryBatch = createRetryBatch({
    lines: {
      failed: async (batchId, after, most) =>
        (batchId === batch.batchId ? items : [])
          .map(({ requestId, upload }) => ({ requestId, line: upload?.line ?? 0 }))
          .filter(({ line }) => line > after)
          .slice(0, most),
      findWhole: async (ids) => items.filter(({ requestId }) => ids.includes(requestId)).toReversed(),
      // Newer than the line, and older than this call.
      hasNewer: async (imageId, than) => {
        // The first one's takes longest.
        if (imageId === 'image-1') for (let step = 0; step < 9; step += 1) await Promise.resolve();
        return newer.includes(imageId) && than < NOON;
      },
    },
    createBatch: {
      standing: async ({ batchId, fingerprint }) => {
        asked.push(batchId, fingerprint);
        return undefined;
      },
      create: async (wanted) => {
        created.push(wanted);
        return { kind: 'reused' };
      },
    },
    clock,
  });
  const result = await retryBatch(batch, plentyOfTime(clock));
  const [wanted] = created;
  const lines = wanted && new TextDecoder().decode(wanted.content).trim().split('\n');
  return { result, wanted, asked, lines: lines?.map((line) => JSON.parse(line)) };
}

describe('the failed lines of a batch', () => {
  it('are a batch of the same partner, in the order of their file', async () => {
    const { wanted, lines } = await retry([itemOf(1), itemOf(2)]);
    const { batchId: retryOf, partner } = ended;
    expect(wanted).toMatchObject({ name: 'a (retry)', source: 'http', retryOf, partner, format: 'ndjson' });
    expect(lines?.map(({ image_id }) => image_id)).toEqual(['image-1', 'image-2']);
  });

  it('are judged each by itself, however long that takes for one of them', async () => {
    const items = Array.from({ length: 12 }, (_, index) => itemOf(index + 1));
    const { result, lines } = await retry(items, ['image-1', 'image-7']);
    expect(result).toMatchObject({ leftOut: [{ imageId: 'image-1' }, { imageId: 'image-7' }] });
    expect(lines?.map(({ image_id }) => image_id)).toEqual(
      [2, 3, 4, 5, 6, 8, 9, 10, 11, 12].map((line) => `image-${line}`),
    );
  });

  it('are as they were, without an end of validity that has come', async () => {
    const { lines } = await retry([
      itemOf(1, { preferences: { rating: 3 }, apiVersion: '2026-01-01', notAfter: NOON + 1 }),
      itemOf(2, { preferences: { rating: 3 }, notAfter: NOON }),
    ]);
    expect(lines).toEqual([
      {
        ...{ image_id: 'image-1', preferences: { rating: 3 }, api_version: '2026-01-01' },
        not_after: '2026-11-22T12:00:00.001Z',
      },
      { image_id: 'image-2', preferences: { rating: 3 } },
    ]);
  });

  it('are one batch, whoever asks for it, and that of another batch is another', async () => {
    const ids = async (batch: Batch) => (await retry([itemOf(1)], [], batch)).asked;
    const [first, again, other] = [await ids(ended), await ids(ended), await ids({ ...ended, batchId: 'b_2' })];
    expect(again).toEqual(first);
    expect([other[0] === first[0], other[1] === first[1]]).toEqual([false, false]);
  });

  it('are left out where their image has a newer request, each with its reason', async () => {
    const { result, lines } = await retry([itemOf(1), itemOf(2)], ['image-1']);
    const leftOut = [{ line: 1, imageId: 'image-1', reason: 'there is a newer request of its image' }];
    expect([result, lines]).toMatchObject([{ kind: 'handed', leftOut }, [{ image_id: 'image-2' }]]);
    const none = await retry([itemOf(1)], ['image-1']);
    expect([none.result, none.wanted]).toEqual([{ kind: 'nothing', leftOut }, undefined]);
  });

  it.each([
    [MAX_RETRIED, 'handed'],
    [MAX_RETRIED + 1, 'too_many'],
  ])('that are %d are %s', async (count, kind) => {
    const one = itemOf(1);
    const items = Array.from({ length: count }, (_, index) => ({
      ...{ ...one, requestId: `upload:${index}` },
      upload: { file: file.key, line: index + 1 },
    }));
    const many = new Map(items.map((item) => [item.requestId, item]));
    const clock = standingClock();
    let lines = 0;
    const retryBatch = createRetryBatch({
      lines: {
        // A page may be shorter than was asked for, and have a next one.
        failed: async (_batchId, after, most) =>
          items.slice(after, after + most - 300).map(({ requestId, upload }) => ({ requestId, line: upload.line })),
        findWhole: async (ids) => ids.flatMap((id) => many.get(id) ?? []),
        hasNewer: async () => false,
      },
      createBatch: {
        standing: async () => undefined,
        create: async ({ content }) => {
          lines = new TextDecoder().decode(content).trim().split('\n').length;
          return { kind: 'reused' };
        },
      },
      clock,
    });
    expect(await retryBatch(ended, plentyOfTime(clock))).toMatchObject({ kind });
    expect(lines).toBe(kind === 'handed' ? count : 0);
  });

  it('that are too long for a file are too many', async () => {
    const preferences = { metadata: { note: 'x'.repeat(60_000) } };
    const items = Array.from({ length: 900 }, (_, index) => itemOf(index + 1, { preferences }));
    expect((await retry(items)).result).toEqual({ kind: 'too_many' });
  });

  it.each<[string, number | undefined, string]>([
    ['before its end is written', undefined, 'running'],
    ['within a minute of it', NOON - 59_999, 'running'],
    ['later, when it has expired', NOON - 60_000, 'handed'],
  ])('of which one is counted and not found wait for it: %s', async (_, finishedAt, kind) => {
    const { finishedAt: __, ...open } = endedWith(2);
    const batch = { ...open, ...(finishedAt !== undefined && { finishedAt }) };
    const { result, wanted } = await retry([itemOf(1)], [], batch);
    expect([result.kind, wanted !== undefined]).toEqual([kind, kind === 'handed']);
  });

  it('wait until all lines have ended', async () => {
    const running = { ...made, feed, tally: { ...made.tally, failed: 1 } };
    expect((await retry([itemOf(1)], [], running)).result).toEqual({ kind: 'running' });
  });
});

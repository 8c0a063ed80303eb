import { describe, expect, it } from 'vitest';
import { type FeedProgress, newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { createFeedBatch } from '../../../../../functions/core/batch/feeding/feed-batch.ts';
import { createOpenBatch } from '../../../../../functions/core/batch/feeding/open-batch.ts';
import { UploadGone } from '../../../../../functions/core/batch/ports.ts';
import { UnreadableFile } from '../../../../../functions/core/batch/reading/file-text.ts';
import type { ParsedLine } from '../../../../../functions/core/batch/reading/parsed-line.ts';
import type { ReadLines } from '../../../../../functions/core/batch/reading/read-lines.ts';
import type { Place } from '../../../../../functions/core/batch/upload.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import type { ReprocessRequest } from '../../../../../functions/core/request/reprocess-request.ts';
import { aLedgerItem, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

/** A batch of three lines. @param left of a feeder that died @param takes messages that the queue takes at once @param fails why the file cannot be read */
function start(left: Partial<FeedProgress> = {}, takes = 3, fails?: Error) {
  const clock = standingClock();
  const steps: string[] = [];
  const file = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };
  const { refusal: _, ...check } = unreadCheck('');
  const facts = { batchId: 'b', name: 'a', source: 'upload', file, createdAt: NOON } as const;
  const batch = newBatch({ ...facts, check: { ...check, total: 3 } });
  const item = (line: number) =>
    aLedgerItem({
      ...{ source: 'upload', upload: { file: file.key, line }, batch: { batchId: 'b', round: 1 } },
      ...{ attempts: 0, state: 'accepted' },
    });
  const places: Place[] = [];
  const readLines = async function* (_upload: unknown, from: Place) {
    steps.push('read');
    places.push(from);
    if (fails !== undefined) throw fails;
    const lines = [1, 2, 3].map((line) => ({
      line,
      request: { imageId: `image-${line}`, preferences: {} },
      next: { offset: line, line: line + 1 },
    }));
    yield { lines };
  } as unknown as ReadLines;
  const feeding = createFeedBatch({
    readLines,
    lines: {
      put: async (requests) => void steps.push(`put ${requests.length}`),
      // The second one was claimed before.
      findWhole: async () => [item(3), { ...item(2), attempts: 1 }, item(1)],
    },
    sendLines: async (requests) => {
      steps.push(`send ${requests.map(({ upload }) => upload?.line).join(' ')}`);
      return Math.min(takes, requests.length);
    },
    clock,
  });
  const save = async (fed: Parameters<Parameters<typeof createOpenBatch>[0]['save']>[0]) => {
    steps.push(`save ${fed.batch.feed.fed.line}`);
    return fed;
  };
  const fed = { batch: { ...batch, feed: { ...batch.feed, ...left } }, revision: 1, journal: [] };
  const open = createOpenBatch({ save }, fed);
  return { open, steps, places, clock, feed: (most: number) => feeding.feed(open, most, plentyOfTime(clock)) };
}

describe('the lines of a batch', () => {
  it('have their items, then their place in the batch, then their messages', async () => {
    const { feed, open, steps } = start();
    expect(await feed(2)).toBe(2);
    expect(steps).toEqual(['read', 'put 2', 'save 3', 'send 1 2']);
    expect(open.batch.feed).toMatchObject({ sent: 3, lines: 2, isFed: false });
  });

  it('begin their batch with the first of them, however many times some are sent', async () => {
    const { feed, open, clock } = start();
    await feed(1);
    clock.set(NOON + 60_000);
    await feed(1);
    expect(open.batch).toMatchObject({ startedAt: NOON, feed: { sent: 3, lines: 2 } });
  });

  it('that were left without their messages are sent first, in their order, unless a worker has them', async () => {
    const { feed, open, steps } = start({ sent: 1, fed: { offset: 3, line: 4 }, lines: 3 });
    expect(await feed(0)).toBe(0);
    expect(steps).toEqual(['send 1 3']);
    expect(open.batch.feed.sent).toBe(4);
  });

  it('that the queue did not take keep back what comes after them in the file', async () => {
    const { feed, open, steps } = start({ sent: 1, fed: { offset: 3, line: 4 }, lines: 3 }, 1);
    expect(await feed(1)).toBe(0);
    expect(steps).toEqual(['send 1 3']);
    expect(open.batch.feed).toMatchObject({ sent: 3, lines: 3, isFed: false });
  });
});

describe('a file that cannot be read any more', () => {
  it.each([new UploadGone('it was deleted'), new UnreadableFile('it is no text')])(
    'ends its batch, which says why: %s',
    async (error) => {
      const { feed, open } = start({}, 3, error);
      expect(await feed(2)).toBe(0);
      const problem = `${error.message}: the lines that were not sent by then are cancelled`;
      expect(open.batch.feed).toMatchObject({ problem, lines: 0 });
    },
  );

  it('for now is read anew in the next turn, from where it stood', async () => {
    const fed = { offset: 40, line: 3 };
    const away = new DependencyUnavailable('uploads bucket', new Error('away'));
    const { feed, open, steps, places } = start({ sent: 3, fed, lines: 2 }, 3, away);
    for (let turn = 0; turn < 2; turn += 1) await expect(feed(2)).rejects.toThrow(DependencyUnavailable);
    expect([steps, places]).toEqual([
      ['read', 'read'],
      [fed, fed],
    ]);
    expect(open.batch.feed).not.toHaveProperty('problem');
  });
});

it('lines of one image that are sent at once are accepted one after the other: the newest one is the last in the file', async () => {
  const images = ['house', 'barn', 'house', 'house', 'barn'];
  const lines = images.map((imageId, index): ParsedLine => {
    return {
      line: index + 1,
      next: { offset: index + 1, line: index + 2 },
      text: '',
      request: { imageId, preferences: {} },
    };
  });
  async function* readLines() {
    yield { lines };
  }
  const file = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };
  const batch = newBatch({ batchId: 'b_1', name: 'a', source: 'upload', file, createdAt: 0 });
  const save = async (fed: Parameters<Parameters<typeof createOpenBatch>[0]['save']>[0]) => fed;
  const put: ReprocessRequest[] = [];
  const clock = standingClock();
  const feeding = createFeedBatch({
    readLines,
    lines: { put: async (requests) => void put.push(...requests), findWhole: async () => [] },
    sendLines: async (requests) => requests.length,
    clock,
  });
  await feeding.feed(createOpenBatch({ save }, { batch, revision: 0, journal: [] }), 10, plentyOfTime(clock));
  expect(put.map(({ imageId, acceptedAt }) => [imageId, acceptedAt - clock.now()])).toEqual([
    ['house', 0],
    ['barn', 0],
    ['house', 1],
    ['house', 2],
    ['barn', 1],
  ]);
});

it('no message is looked for of what stands before the first request, were it millions of lines', async () => {
  const line = 7_000_000;
  async function* readLines() {
    const next = { offset: line, line: line + 1 };
    yield { lines: [{ line, next, text: '', request: { imageId: 'house', preferences: {} } }] };
  }
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const batch = newBatch({ batchId: 'b_1', name: 'a', source: 'upload', file, createdAt: 0 });
  const saved: Partial<FeedProgress>[] = [];
  const save = async (fed: Parameters<Parameters<typeof createOpenBatch>[0]['save']>[0]) => {
    saved.push(fed.batch.feed);
    return fed;
  };
  const feeding = createFeedBatch({
    ...{ readLines, lines: { put: async () => {}, findWhole: async () => [] }, clock: standingClock() },
    sendLines: () => Promise.reject(new DependencyUnavailable('request queue', new Error('away'))),
  });
  const open = createOpenBatch({ save }, { batch, revision: 0, journal: [] });
  await expect(feeding.feed(open, 10, plentyOfTime(standingClock()))).rejects.toThrow(DependencyUnavailable);
  expect(saved).toMatchObject([{ sent: line, fed: { line: line + 1 }, lines: 1 }]);
});

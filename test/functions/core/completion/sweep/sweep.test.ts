import { expect, it } from 'vitest';
import type { DueRequest } from '../../../../../functions/core/completion/sweep/ports.ts';
import { createSweep, type SweepParts } from '../../../../../functions/core/completion/sweep/sweep.ts';
import {
  aLedgerItem,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../../support/fixtures.ts';

/** Told already, so that a look at it ends at once. */
const dueSince = (ms: number): DueRequest => {
  return { ...aLedgerItem(), lookAt: NOON - ms, wasUnderWay: false, awaitsWebhook: true };
};

/** What one run of the sweep counts as its delay. */
async function delaysOver(pages: readonly (readonly DueRequest[])[]) {
  const clock = standingClock();
  const metrics = listeningMetrics();
  const looks: Partial<SweepParts['looks']> = {
    async *due() {
      yield* pages;
    },
    end: async () => false,
  };
  const parts = { looks, clock, metrics, log: listeningLogger(), pauses: { read: async () => ({}) } };
  await createSweep(parts as unknown as SweepParts)(plentyOfTime(clock));
  return metrics.values;
}

it('the delay is that of the request that has waited longest, on however many pages they are', async () => {
  expect(await delaysOver([[dueSince(9000), dueSince(5000)], [dueSince(3000)], []])).toEqual([['LookDelay', 9000]]);
  expect(await delaysOver([])).toEqual([]);
});

/** Looks at images of an order that tells nothing of them, each of which takes three seconds. @param runMs how long the run may take */
async function readOfOrder(imageIds: readonly string[], runMs: number): Promise<readonly string[]> {
  const clock = standingClock();
  const read: string[] = [];
  const outcome = {
    kind: 'succeeded',
    response: '{"order_id":"order-1"}',
    attempts: 1,
    warnings: [],
    at: NOON,
  } as const;
  const due = imageIds.map((imageId) => ({ ...dueSince(1000), imageId, outcome, awaitsWebhook: false }));
  const looks: Partial<SweepParts['looks']> = {
    async *due() {
      yield due;
    },
    again: async () => {},
  };
  const records: SweepParts['records'] = {
    async readOrderImages(orderId) {
      read.push(orderId);
      return new Map();
    },
    async read(imageId) {
      read.push(imageId);
      clock.set(clock.now() + 3000);
      return { response: '{"status":"processing"}', warnings: [] };
    },
  };
  const permit = { complete: () => {}, release: () => {} };
  const permits = { acquire: async () => ({ kind: 'granted', permit }) };
  const schedule = { looksMs: [120_000], withinMs: 86_400_000 };
  const parts = { looks, records, permits, schedule, clock, metrics: listeningMetrics(), log: listeningLogger() };
  const sweep = createSweep({ ...parts, pauses: { read: async () => ({}) } } as unknown as SweepParts);
  await sweep({ deadline: NOON + runMs, signal: new AbortController().signal });
  return read;
}

it('the images of an order that have to be read one by one are read as long as the run has time', async () => {
  expect(await readOfOrder(['a', 'b', 'c', 'd'], 60_000)).toEqual(['order-1', 'a', 'b', 'c', 'd']);
  // The last ten seconds are for what is under way.
  expect(await readOfOrder(['a', 'b', 'c', 'd'], 15_000)).toEqual(['order-1', 'a', 'b']);
});

it('an order is read for three images, not for three requests of two', async () => {
  expect(await readOfOrder(['a', 'b', 'b'], 60_000)).toEqual(['a', 'b']);
});

it('once no call may be made nothing more is asked, and no further page is read', async () => {
  const clock = standingClock();
  let [asked, pages] = [0, 0];
  const dueOf = (imageId: string, response: string): DueRequest => ({
    ...{ ...dueSince(1000), imageId, awaitsWebhook: false },
    outcome: { kind: 'succeeded', response, attempts: 1, warnings: [], at: NOON },
  });
  const alone = Array.from({ length: 12 }, (_, index) => dueOf(`alone-${index}`, '{}'));
  const ofOrder = ['a', 'b', 'c'].map((imageId) => dueOf(imageId, '{"order_id":"order-1"}'));
  const looks: Partial<SweepParts['looks']> = {
    async *due() {
      for (const page of [[...alone, ...ofOrder], [dueSince(1000)]]) {
        pages += 1;
        yield page;
      }
    },
  };
  const acquire = async () => {
    asked += 1;
    return { kind: 'open', ms: 5000 };
  };
  const parts = { looks, permits: { acquire }, clock, metrics: listeningMetrics(), log: listeningLogger() };
  const sweep = createSweep({ ...parts, pauses: { read: async () => ({}) } } as unknown as SweepParts);
  await sweep(plentyOfTime(clock));
  // Ten are asked for at once.
  expect([asked, pages]).toEqual([10, 1]);
});

const HOUR = 3_600_000;

it.each<[string, number, number]>([
  ['as after a failed look', HOUR, NOON + 900_000],
  ['by a day when there is no look left', 26 * HOUR, NOON + 24 * HOUR],
])('a request at which nobody can look is put off %s, counted from its start', async (_, sinceMs, at) => {
  const clock = standingClock();
  const put: unknown[] = [];
  const outcome = { kind: 'succeeded', response: null, attempts: 1, warnings: [], at: NOON - sinceMs } as const;
  const due = { ...dueSince(1000), acceptedAt: NOON - 48 * HOUR, outcome, awaitsWebhook: false, wasUnderWay: true };
  const parts = {
    looks: {
      async *due() {
        yield [due];
      },
      again: async (...given: readonly unknown[]) => void put.push(given.slice(0, -1)),
    },
    records: { read: async () => ({ response: '{"status":"processed"}', warnings: [] }) },
    permits: { acquire: async () => ({ kind: 'granted', permit: { complete: () => {}, release: () => {} } }) },
    completions: { sentRequests: () => Promise.reject(new TypeError('a bug')) },
    schedule: { looksMs: [120_000], withinMs: 24 * HOUR },
    ...{ clock, metrics: listeningMetrics(), log: listeningLogger(), pauses: { read: async () => ({}) } },
  };
  await createSweep(parts as unknown as SweepParts)(plentyOfTime(clock));
  expect(put).toEqual([[due.requestId, at, true]]);
});

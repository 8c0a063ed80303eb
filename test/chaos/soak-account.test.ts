import { describe, expect, it } from 'vitest';
import { accountFor, type SoakRecord } from '../../chaos/soak/account.ts';

const sent = [1, 2, 3, 4].map((n) => ({ n, imageId: n < 3 ? 'roof' : `image-${n}` }));
const call = (n: number, isLost = false) => ({ n, imageId: n < 3 ? 'roof' : `image-${n}`, isLost });
const whole: SoakRecord = {
  sent,
  outcomes: sent.map(({ n }) => ({ id: `event-${n}`, n, hasFailed: false })),
  carriedOut: [call(1), call(2), call(3), call(4)],
  batches: ['b_1'],
  finishedBatches: [{ batchId: 'b_1', total: 2, finished: 2 }],
  workerKills: 0,
};

/** The promises that an account finds broken. */
const brokenIn = (change: Partial<SoakRecord>) =>
  Object.entries(accountFor({ ...whole, ...change })).flatMap(([promise, found]) =>
    found.length > 0 ? [promise] : [],
  );

describe('the account of a soak', () => {
  it('has nothing to say of a service that keeps its promises', () => {
    expect(brokenIn({})).toEqual([]);
    // SQS delivers an event twice, a response was lost, and a killed worker repeats what it did.
    expect(brokenIn({ outcomes: [...whole.outcomes, ...whole.outcomes.slice(0, 1)] })).toEqual([]);
    expect(brokenIn({ carriedOut: [call(1, true), call(1), call(2), call(3), call(4)] })).toEqual([]);
    expect(brokenIn({ carriedOut: [...whole.carriedOut, call(4)], workerKills: 1 })).toEqual([]);
  });

  it.each<[promise: string, change: Partial<SoakRecord>]>([
    ['a request without an outcome', { outcomes: whole.outcomes.slice(1) }],
    ['a request with two outcomes', { outcomes: [...whole.outcomes, { id: 'other', n: 4, hasFailed: false }] }],
    [
      'a request that failed, though every fault passes',
      { outcomes: [...whole.outcomes.slice(1), { id: 'event-1', n: 1, hasFailed: true }] },
    ],
    ['a request that was never carried out', { carriedOut: whole.carriedOut.slice(0, 3) }],
    ['an image whose requests were carried out in another order', { carriedOut: [call(2), call(1), call(3), call(4)] }],
    [
      'an image whose requests were carried out in another order',
      { carriedOut: [call(1), call(2), call(1), call(3), call(4)], workerKills: 1 },
    ],
    ['calls that were repeated without a reason', { carriedOut: [...whole.carriedOut, call(4)] }],
    ['a batch that has not finished once, with all its lines', { finishedBatches: [] }],
    [
      'a batch that has not finished once, with all its lines',
      { finishedBatches: [...whole.finishedBatches, ...whole.finishedBatches] },
    ],
    [
      'a batch that has not finished once, with all its lines',
      { finishedBatches: [{ batchId: 'b_1', total: 2, finished: 1 }] },
    ],
  ])('finds %s', (promise, change) => {
    expect(brokenIn(change)).toEqual([promise]);
  });
});

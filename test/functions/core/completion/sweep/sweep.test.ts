import { expect, it } from 'vitest';
import type { DueRequest } from '../../../../../functions/core/completion/sweep/ports.ts';
import { createSweep, type SweepParts } from '../../../../../functions/core/completion/sweep/sweep.ts';
import {
  aRequest,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../../support/fixtures.ts';

const counters = { attempts: 1, crashes: 0, lostResponses: 0, retriedMs: 0, state: 'succeeded' } as const;

/** Told already, so that a look at it ends at once. */
const dueSince = (ms: number): DueRequest => ({
  ...{ ...aRequest(), ...counters, lookAt: NOON - ms, wasUnderWay: false, awaitsWebhook: true },
});

/** What one run of the sweep counts as its delay. */
async function delaysOver(pages: readonly (readonly DueRequest[])[]): Promise<readonly unknown[]> {
  const clock = standingClock();
  const delays: unknown[] = [];
  const metrics = {
    ...listeningMetrics(),
    count: (name: string, value = 1) => void (name === 'LookDelay' && delays.push(value)),
  };
  const looks: Partial<SweepParts['looks']> = {
    async *due() {
      yield* pages;
    },
    end: async () => false,
  };
  const parts = { looks, clock, metrics, log: listeningLogger(), pauses: { read: async () => ({}) } };
  await createSweep(parts as unknown as SweepParts)(plentyOfTime(clock));
  return delays;
}

it('the delay is that of the request that has waited longest, on however many pages they are', async () => {
  expect(await delaysOver([[dueSince(9000), dueSince(5000)], [dueSince(3000)], []])).toEqual([9000]);
  expect(await delaysOver([])).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { RefusedForNow } from '../../../../functions/core/errors.ts';
import type { Images, Ledger, LedgerItem, Wait } from '../../../../functions/core/ports.ts';
import { createAttempt } from '../../../../functions/core/processing/attempt.ts';
import { retryPolicy } from '../../../../functions/core/processing/retry-policy.ts';
import {
  aRequest,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

/** An attempt that the endpoint refuses for now. @param writeMs how long writing that to the ledger takes */
async function attemptAgain(writeMs: number) {
  const clock = standingClock();
  const request = aRequest();
  const claimed: LedgerItem = {
    ...request,
    state: 'accepted',
    attempts: 1,
    crashes: 0,
    lostResponses: 0,
    retriedMs: 0,
  };
  const written: Wait[] = [];
  const ledger: Pick<Ledger, 'wait'> = {
    async wait(_, next) {
      written.push(next);
      clock.set(clock.now() + writeMs);
    },
  };
  const images: Images = {
    process: () => Promise.reject(new RefusedForNow('refused', { status: 500, response: '', retryAfterMs: 8000 })),
  };
  const { attempt } = createAttempt({
    ...{ images, clock, log: listeningLogger(), metrics: listeningMetrics(), random: () => 0 },
    ledger: ledger as Ledger,
    publisher: { recordAndPublish: () => Promise.reject(new Error('nothing has ended')) } as never,
    permits: { acquire: () => Promise.reject(new Error('it has its permit')), waitMs: () => 0 },
    policy: retryPolicy({ retryForMs: 60_000, lostResponseWaitMs: 30_000 }),
  });
  const none = () => undefined;
  const permit = { until: Number.POSITIVE_INFINITY, sent: none, complete: none, release: none };
  const disposition = await attempt(request, claimed, permit, plentyOfTime(clock));
  return { disposition, nextAttemptAt: written[0]?.nextAttemptAt };
}

describe('a request that waits for its next attempt', () => {
  it.each([
    [0, 8000],
    [3000, 5000],
    [9000, 0],
  ])('is hidden until then, though writing that took %d ms', async (writeMs, ms) => {
    const waiting = { disposition: { kind: 'wait', ms }, nextAttemptAt: NOON + 8000 };
    expect(await attemptAgain(writeMs)).toEqual(waiting);
  });
});

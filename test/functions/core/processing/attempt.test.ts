import { describe, expect, it } from 'vitest';
import { DependencyUnavailable, RefusedForNow } from '../../../../functions/core/errors.ts';
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

interface Surroundings {
  /** How long writing the wait to the ledger takes. */
  readonly writeMs?: number;
  /** How often the ledger is unavailable first. */
  readonly failedWrites?: number;
  /** How long the circuit breaker stays open. */
  readonly openMs?: number;
}

/** An attempt that the endpoint refuses for now, to be repeated after 8 s. */
async function attemptAgain({ writeMs = 0, failedWrites = 0, openMs = 0 }: Surroundings) {
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
  let failures = 0;
  const ledger: Pick<Ledger, 'wait'> = {
    async wait(_, next) {
      failures += 1;
      if (failures <= failedWrites) throw new DependencyUnavailable('ledger', new Error('away'));
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
    permits: { acquire: () => Promise.reject(new Error('it has its permit')), waitMs: () => openMs },
    policy: retryPolicy({ retryForMs: 60_000, lostResponseWaitMs: 30_000 }),
  });
  const none = () => undefined;
  const permit = { until: Number.POSITIVE_INFINITY, sent: none, complete: none, release: none };
  const disposition = await attempt(request, claimed, permit, plentyOfTime(clock));
  return { disposition, written };
}

describe('a request that waits for its next attempt', () => {
  it.each([
    [0, 8000],
    [3000, 5000],
    [9000, 0],
  ])('is hidden until then, though writing that took %d ms', async (writeMs, ms) => {
    const { disposition, written } = await attemptAgain({ writeMs });
    expect(disposition).toEqual({ kind: 'wait', ms });
    expect(written).toEqual([expect.objectContaining({ nextAttemptAt: NOON + 8000 })]);
  });

  it('has that written as soon as the ledger is back, since a claim left open counts as a lost response', async () => {
    const { disposition, written } = await attemptAgain({ failedWrites: 3 });
    expect(written).toEqual([expect.objectContaining({ nextAttemptAt: NOON + 8000, counts: true, lostResponses: 0 })]);
    expect(disposition).toEqual({ kind: 'wait', ms: 8000 - 100 - 200 - 400 });
  });

  it('waits for the circuit breaker too, which takes nothing of the time that it is retried for', async () => {
    const { disposition, written } = await attemptAgain({ openMs: 50_000 });
    expect(disposition).toEqual({ kind: 'wait', ms: 50_000 });
    expect(written).toEqual([expect.objectContaining({ nextAttemptAt: NOON + 50_000, retriedMs: 8000 })]);
  });
});

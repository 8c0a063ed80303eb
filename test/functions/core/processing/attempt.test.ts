import { describe, expect, it } from 'vitest';
import {
  AccountRefused,
  ApiKeyUnavailable,
  CallNotStarted,
  DependencyUnavailable,
  type ProcessError,
  RefusedForGood,
  RefusedForNow,
} from '../../../../functions/core/errors.ts';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
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
  /** How long the call takes. */
  readonly callMs?: number;
  /** What the ledger has of the request. */
  readonly item?: Partial<LedgerItem>;
  /** How the call fails, if not for now. */
  readonly fails?: ProcessError;
}

/** An attempt that the endpoint refuses for now, to be repeated after 8 s. */
async function attemptAgain({ writeMs = 0, failedWrites = 0, openMs = 0, callMs = 0, item, fails }: Surroundings) {
  const clock = standingClock();
  const log = listeningLogger();
  const sent: number[] = [];
  const ended: Outcome[] = [];
  const request = aRequest();
  const claimed: LedgerItem = {
    ...request,
    state: 'accepted',
    attempts: 1,
    crashes: 0,
    lostResponses: 0,
    retriedMs: 0,
    ...item,
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
    async process(_imageId, _preferences, _limits, { onSent } = {}) {
      onSent?.();
      clock.set(clock.now() + callMs);
      throw fails ?? new RefusedForNow('refused', { status: 500, response: '', retryAfterMs: 8000 });
    },
  };
  const { attempt } = createAttempt({
    ...{ images, clock, log, metrics: listeningMetrics(), random: () => 0 },
    ledger: ledger as Ledger,
    publisher: {
      recordAndPublish: async (_request: unknown, outcome: Outcome) => {
        if (fails === undefined) throw new Error('nothing has ended');
        ended.push(outcome);
      },
    } as never,
    permits: { acquire: () => Promise.reject(new Error('it has its permit')), waitMs: () => openMs },
    policy: retryPolicy({ retryForMs: 60_000, lostResponseWaitMs: 30_000 }),
  });
  const none = () => undefined;
  const permit = {
    ...{ until: Number.POSITIVE_INFINITY, complete: none, release: none },
    sent: () => void sent.push(clock.now()),
  };
  const disposition = await attempt(request, claimed, permit, plentyOfTime(clock)).catch((error: unknown) => error);
  return { disposition, written, sent, ended, log, elapsedMs: clock.now() - NOON };
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

  it('adds what its calls took, and how long it waits, to the time that it has been retried for', async () => {
    const { written } = await attemptAgain({ callMs: 1500, item: { retriedMs: 20_000 } });
    expect(written).toEqual([expect.objectContaining({ retriedMs: 20_000 + 1500 + 8000, startedAt: NOON })]);
  });

  it.each([
    ['the account is refused', new AccountRefused('unpaid', { status: 402, response: '' })],
    ['the key cannot be read', new ApiKeyUnavailable('no such secret')],
    ['no call is begun', new CallNotStarted('too little time')],
  ])('remembers a crash and a lost response, though %s, which counts as no attempt', async (_, fails) => {
    for (const [item, lostResponses] of [
      [{ crashes: 1 }, 1],
      [{ lostResponses: 1 }, 1],
      [{ crashes: 1, lostResponses: 1 }, 2],
    ] as const) {
      const { written } = await attemptAgain({ fails, item });
      expect(written).toMatchObject([{ counts: false, lostResponses }]);
    }
  });

  it('is given back unwritten when the ledger is away for 10 s', async () => {
    const { disposition, written, elapsedMs } = await attemptAgain({ failedWrites: Number.POSITIVE_INFINITY });
    expect([disposition, written]).toEqual([expect.any(DependencyUnavailable), []]);
    expect(elapsedMs).toBeLessThan(10_000);
    expect(elapsedMs).toBeGreaterThan(8000);
  });

  it('says in the log which attempt failed, how long the call took, and how long it waits', async () => {
    const { log } = await attemptAgain({ callMs: 1500, item: { attempts: 3 } });
    const facts = { attempt: 3, duration_ms: 1500, wait_ms: 8000, error: expect.objectContaining({ status: 500 }) };
    expect(log.lines).toEqual([
      { level: 'warn', message: 'the request waits for its next attempt', facts: expect.objectContaining(facts) },
    ]);
  });
});

describe('a call', () => {
  it('says when it was sent, by which the rate limiter counts', async () => {
    expect((await attemptAgain({ callMs: 1500 })).sent).toEqual([NOON]);
  });

  it.each<[Partial<LedgerItem>, true | undefined]>([
    [{}, undefined],
    [{ lostResponses: 1 }, true],
    [{ crashes: 1 }, true],
  ])('that is refused for good after %j says whether an earlier one may have acted: %j', async (item, mayHaveActed) => {
    const fails = new RefusedForGood('no such image', { status: 404, response: '{}' });
    const { disposition, ended } = await attemptAgain({ fails, item });
    expect([disposition, ended]).toMatchObject([{ kind: 'done' }, [{ kind: 'failed', attempts: 1, at: NOON }]]);
    expect(ended[0]?.kind === 'failed' && ended[0].error.mayHaveActed).toBe(mayHaveActed);
  });
});

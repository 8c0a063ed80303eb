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
import type { Images, Ledger, LedgerItem, ProcessResponse, Wait } from '../../../../functions/core/ports.ts';
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

/** When the account's day ends, which is before the invocation does. */
const PERMITTED_UNTIL = NOON + 40_000;

interface Surroundings {
  /** How long writing the wait to the ledger takes. */
  readonly writeMs?: number;
  /** How often the ledger is unavailable first. */
  readonly failedWrites?: number;
  /** How long the circuit breaker stays open. */
  readonly openMs?: number;
  /** How long the container's rate has it wait once more. */
  readonly renewalMs?: number;
  /** How long the call takes. */
  readonly callMs?: number;
  /** What the ledger has of the request. */
  readonly item?: Partial<LedgerItem>;
  /** How the call fails, if not for now. */
  readonly fails?: ProcessError;
  /** What the endpoint responds, if the call does not fail. */
  readonly responds?: ProcessResponse;
  /** How long the invocation lasts. */
  readonly timeLeftMs?: number;
}

/** An attempt that the endpoint refuses for now, to be repeated after 8 s. */
async function attemptAgain(surroundings: Surroundings) {
  const {
    writeMs = 0,
    failedWrites = 0,
    openMs = 0,
    renewalMs = 0,
    callMs = 0,
    item,
    fails,
    responds,
    timeLeftMs = 60_000,
  } = surroundings;
  const clock = standingClock();
  const log = listeningLogger();
  const metrics = listeningMetrics();
  const sent: number[] = [];
  const begunUntil: (number | undefined)[] = [];
  const completed: (ProcessError | undefined)[] = [];
  const ended: Outcome[] = [];
  const endedAfterMs: (number | undefined)[] = [];
  const request = aRequest(item);
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
    async process(_imageId, _preferences, { startsUntil }, { onSent } = {}) {
      begunUntil.push(startsUntil);
      onSent?.();
      clock.set(clock.now() + callMs);
      if (responds !== undefined) return responds;
      throw fails ?? new RefusedForNow('refused', { status: 500, response: '', retryAfterMs: 8000 });
    },
  };
  const { attempt } = createAttempt({
    ...{ images, clock, log, metrics, random: () => 0 },
    ledger: ledger as Ledger,
    publisher: {
      recordAndPublish: async (_request: unknown, outcome: Outcome, _limits: unknown, callMs?: number) => {
        if (fails === undefined && responds === undefined) throw new Error('nothing has ended');
        ended.push(outcome);
        endedAfterMs.push(callMs);
      },
    } as never,
    permits: { acquire: () => Promise.reject(new Error('it has its permit')), waitMs: () => openMs },
    policy: retryPolicy({ retryForMs: 60_000, lostResponseWaitMs: 30_000 }),
  });
  const permit = {
    until: PERMITTED_UNTIL,
    release: () => undefined,
    renewIfLate: async () => clock.set(clock.now() + renewalMs),
    sent: () => void sent.push(clock.now()),
    complete: (error?: ProcessError) => void completed.push(error),
  };
  const limits = { ...plentyOfTime(clock), deadline: NOON + timeLeftMs };
  const disposition = await attempt(request, claimed, permit, limits).catch((error: unknown) => error);
  const elapsedMs = clock.now() - NOON;
  return { disposition, written, sent, begunUntil, completed, ended, endedAfterMs, log, metrics, elapsedMs };
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

  it('does not count the wait for its turn as time of the call', async () => {
    const { written } = await attemptAgain({ renewalMs: 1020, callMs: 1500 });
    expect(written).toMatchObject([{ retriedMs: 1500 + 8000, startedAt: NOON + 1020 }]);
  });

  it('begins no call when the wait for its turn takes what is left of the invocation', async () => {
    const { written, sent } = await attemptAgain({ renewalMs: 60_000, timeLeftMs: 60_000 });
    expect([written, sent]).toMatchObject([[{ counts: false }], []]);
  });

  it('is given back unwritten when the ledger is away for 10 s', async () => {
    const { disposition, written, elapsedMs } = await attemptAgain({ failedWrites: Number.POSITIVE_INFINITY });
    expect([disposition, written]).toEqual([expect.any(DependencyUnavailable), []]);
    expect(elapsedMs).toBeLessThan(10_000);
    expect(elapsedMs).toBeGreaterThan(8000);
  });

  it('is given back unwritten when its invocation ends before that', async () => {
    const { disposition, elapsedMs } = await attemptAgain({
      failedWrites: Number.POSITIVE_INFINITY,
      timeLeftMs: 2000,
    });
    expect(disposition).toEqual(expect.any(DependencyUnavailable));
    expect(elapsedMs).toBeLessThan(2000);
  });

  it('warns of nothing when no call was begun', async () => {
    const { disposition, log } = await attemptAgain({ fails: new CallNotStarted('too late') });
    expect([disposition, log.lines.map(({ level }) => level)]).toEqual([{ kind: 'wait', ms: 0 }, ['info']]);
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

  it('begins no later than the account allows', async () => {
    expect((await attemptAgain({})).begunUntil).toEqual([PERMITTED_UNTIL]);
  });

  it('tells its permit how it ended', async () => {
    const fails = new RefusedForGood('no such image', { status: 404, response: '{}' });
    expect((await attemptAgain({ fails })).completed).toEqual([fails]);
    expect((await attemptAgain({ responds: { response: '{}', warnings: [] } })).completed).toEqual([undefined]);
  });

  it.each<[string, Surroundings]>([
    ['succeeds', { responds: { response: '{}', warnings: [] } }],
    ['fails for good', { fails: new RefusedForGood('no such image', { status: 404, response: '{}' }) }],
  ])('that %s hands on how long it took', async (_, surroundings) => {
    expect((await attemptAgain({ ...surroundings, callMs: 1500 })).endedAfterMs).toEqual([1500]);
  });

  it('that succeeds warns of what the request asks for, and of what the response lacks', async () => {
    const responds = { response: null, warnings: ['its response is not JSON'] };
    const { ended } = await attemptAgain({ responds, item: { preferences: { enhance_typ: 'warm' } } });
    const warnings = [expect.stringContaining('enhance_typ'), 'its response is not JSON'];
    expect(ended).toEqual([{ kind: 'succeeded', response: null, attempts: 1, warnings, at: NOON }]);
  });

  it.each<[Partial<LedgerItem>, readonly string[]]>([
    [{ attempts: 1 }, []],
    [{ attempts: 3 }, ['Retries']],
    [{ attempts: 3, lostResponses: 1 }, ['Retries', 'DuplicateCalls']],
  ])('after %j is counted as %j', async (item, counted) => {
    expect((await attemptAgain({ item })).metrics.counted).toEqual(counted);
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

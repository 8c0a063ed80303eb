import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import type { LedgerItem } from '../../../../functions/core/ports.ts';
import { withErrorBoundary } from '../../../../functions/core/processing/error-boundary.ts';
import { expiresIn, expiryOf } from '../../../../functions/core/processing/expiry.ts';
import { createResolveDeadLetter } from '../../../../functions/core/processing/resolve-dead-letter.ts';
import {
  aLedgerItem,
  aRequest,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

describe('a step that fails', () => {
  it.each([
    [0, 15_000],
    [0.5, 22_500],
  ])('has its message wait, apart from others by chance %d: %d ms', async (chance, ms) => {
    const [log, metrics] = [listeningLogger(), listeningMetrics()];
    const away = new DependencyUnavailable('ledger', new Error('away'));
    const boundary = withErrorBoundary(
      { log, metrics, random: () => chance },
      (id: string) => id,
      () => Promise.reject(away),
    );
    expect(await boundary('sqs:1')).toEqual({ kind: 'wait', ms });
    expect(metrics.counted).toEqual(['StepFailed']);
    expect(log.lines).toMatchObject([{ level: 'error', facts: { request_id: 'sqs:1', dependency: 'ledger' } }]);
  });
});

describe('a request that is too late to send', () => {
  const LIFETIME_MS = 60_000;

  it.each<[number | undefined, number, boolean, number]>([
    [NOON, NOON, false, 1],
    [NOON - 1, NOON, true, 0],
    [NOON - 5, NOON, true, 0],
    [undefined, NOON - LIFETIME_MS, false, 1],
    [undefined, NOON - LIFETIME_MS - 1, true, 0],
    [NOON + 100, NOON, false, 101],
    [NOON + 100_000, NOON, false, LIFETIME_MS + 1],
  ])(
    'with its end at %j, in its queue since %d, has expired: %j; it expires in %d ms',
    (notAfter, sentAt, hasExpired, ms) => {
      const request = notAfter === undefined ? {} : { notAfter };
      expect(expiryOf(request, { sentAt }, LIFETIME_MS, NOON) !== undefined).toBe(hasExpired);
      expect(expiresIn(request, { sentAt }, LIFETIME_MS, NOON)).toBe(ms);
    },
  );
});

describe('a dead letter', () => {
  it.each<[Partial<LedgerItem> | undefined, true | undefined]>([
    [undefined, undefined],
    [{}, undefined],
    [{ lostResponses: 1 }, true],
    [{ crashes: 1 }, true],
    [{ lostResponses: 1, crashes: 1 }, true],
    [{ leaseUntil: NOON }, true],
  ])('of which the ledger has %j says whether it may have acted: %j', async (known, mayHaveActed) => {
    const [clock, log, metrics] = [standingClock(), listeningLogger(), listeningMetrics()];
    const request = aRequest();
    const ended: Outcome[] = [];
    const resolve = createResolveDeadLetter({
      ledger: {
        find: async () => known && aLedgerItem({ ...request, attempts: 2, state: 'waiting', ...known }),
      } as never,
      publisher: {
        recordAndPublish: async (_request: unknown, outcome: Outcome) => void ended.push(outcome),
      } as never,
      ...{ clock, log, metrics, random: () => 0 },
    });
    const message = { messageId: 'm', receiptHandle: 'r', groupId: 'g', receiveCount: 1, sentAt: NOON, request };
    expect(await resolve(message, plentyOfTime(clock))).toEqual({ kind: 'done' });
    expect(ended).toMatchObject([
      { kind: 'failed', attempts: known === undefined ? 0 : 2, error: { code: 'internal' } },
    ]);
    expect(ended[0]?.kind === 'failed' && ended[0].error.mayHaveActed).toBe(mayHaveActed);
    expect([log.lines[0]?.level, metrics.counted]).toEqual(['error', ['DeadLetters']]);
  });
});

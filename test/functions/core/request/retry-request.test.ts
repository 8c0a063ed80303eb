import { describe, expect, it } from 'vitest';
import { failure } from '../../../../functions/core/outcome/failure.ts';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import type { LedgerItem, LedgerSummary } from '../../../../functions/core/ports.ts';
import type { ReprocessRequest } from '../../../../functions/core/request/reprocess-request.ts';
import { createRetryRequest } from '../../../../functions/core/request/retry-request.ts';
import { aLedgerItem, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const outcome: Outcome = {
  ...{ kind: 'failed', error: failure('expired', 'too late'), attempts: 0, warnings: [], at: NOON },
};
const failed = aLedgerItem({
  ...{ requestId: 'sqs:failed', imageId: 'villa', acceptedAt: NOON - 1000, preferences: { rating: 3 } },
  ...{ state: 'failed', outcome, partner: 'acme', apiVersion: '2026-01-01' },
});

/** Sends a failed request again. @param newest request of its image @param isRepeated whether it was sent again before */
async function retry(of: Partial<LedgerItem> = {}, newest?: Partial<LedgerSummary>, isRepeated = false) {
  const clock = standingClock();
  const accepted: [ReprocessRequest, number][] = [];
  const retryRequest = createRetryRequest({
    ledger: { find: async () => (isRepeated ? failed : undefined) },
    lists: { newest: async () => newest && { ...failed, ...newest } },
    acceptRequest: async (request, waitMs) => {
      accepted.push([request, waitMs]);
      return { kind: 'reused' };
    },
    clock,
  });
  const { kind } = await retryRequest({ ...failed, ...of }, plentyOfTime(clock));
  return { kind, accepted };
}

describe('a failed request that is sent again', () => {
  it('is a new one with the same content, for which nobody waits', async () => {
    const { accepted } = await retry({ notAfter: NOON + 1 });
    const { imageId, preferences, fingerprint, partner, apiVersion } = failed;
    expect(accepted).toEqual([
      [
        {
          ...{ imageId, preferences, fingerprint, partner, apiVersion, source: 'http', acceptedAt: NOON },
          ...{ requestId: expect.stringMatching(/^http:[0-9a-f]{64}$/), notAfter: NOON + 1 },
          traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-/),
        },
        0,
      ],
    ]);
  });

  it('loses an end of validity that has come', async () => {
    expect((await retry({ notAfter: NOON })).accepted[0]?.[0]).not.toHaveProperty('notAfter');
  });

  it.each<[string, Partial<LedgerSummary> | undefined, string]>([
    ['none of its image is newer', undefined, 'accepted'],
    ['it is the newest one itself', { requestId: 'sqs:failed', acceptedAt: NOON - 1000 }, 'accepted'],
    ['the newest one that is known is older', { requestId: 'sqs:older', acceptedAt: NOON - 1001 }, 'accepted'],
    ['another one came in the same ms', { requestId: 'sqs:other', acceptedAt: NOON - 1000 }, 'superseded'],
    ['another one is newer', { requestId: 'sqs:newer', acceptedAt: NOON }, 'superseded'],
  ])('where %s', async (_, newest, kind) => expect((await retry({}, newest)).kind).toBe(kind));

  it('is the same one at a second click, though that one is newer than what failed', async () => {
    expect((await retry({}, { requestId: 'http:again', acceptedAt: NOON }, true)).kind).toBe('accepted');
  });

  it('has failed: any other is left as it is', async () => {
    expect(await retry({ state: 'succeeded' })).toEqual({ kind: 'not_failed', accepted: [] });
  });

  it.each([
    [{ hasFailed: true, confirmed: true }, 'accepted'],
    [{ hasFailed: false, confirmed: false }, 'accepted'],
    [{ hasFailed: true, confirmed: false }, 'not_failed'],
    [{ hasFailed: false, confirmed: null }, 'not_failed'],
  ])('has failed at its image as the record says: %j is %s', async (verdict, kind) => {
    const completion = { by: 'webhook', at: NOON, isAmbiguous: false, ...verdict } as const;
    expect((await retry({ state: 'succeeded', completion })).kind).toBe(kind);
  });
});

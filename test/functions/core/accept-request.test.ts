import { describe, expect, it } from 'vitest';
import { createAcceptRequest } from '../../../functions/core/accept-request.ts';
import type { Outcome } from '../../../functions/core/outcome.ts';
import type { Ledger, LedgerItem } from '../../../functions/core/ports.ts';
import { aRequest, listeningLogger, NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';

const WAIT_MS = 10_000;
const outcome: Outcome = { kind: 'succeeded', answer: '{}', attempts: 1, warnings: [], at: NOON };

/** A caller that waits for an outcome which stands in the ledger after so many ms. */
async function waitFor(outcomeAfterMs: number) {
  const clock = standingClock();
  const request = aRequest({ source: 'http', partner: 'acme' });
  const counters = { attempts: 0, deaths: 0, lostAnswers: 0, retriedMs: 0 };
  const item: LedgerItem = { ...request, ...counters, state: 'accepted' };
  let looks = 0;
  const find: Ledger['find'] = async () => {
    looks += 1;
    return clock.now() - NOON < outcomeAfterMs ? item : { ...item, state: 'succeeded', outcome };
  };
  const ledger = { accept: async () => item, find } as unknown as Ledger;
  const parts = { clock, log: listeningLogger(), queue: { send: async () => {} }, isBacklogged: async () => false };
  const accepted = await createAcceptRequest({ ...parts, ledger })(request, WAIT_MS, plentyOfTime(clock));
  return { kind: accepted.kind, waitedMs: clock.now() - NOON, looks };
}

describe('a caller that waits', () => {
  it.each([
    [110, 25, 5],
    [400, 80, 12],
    [1000, 200, 17],
    [8000, 1000, 33],
  ])('for an outcome after %d ms has it at most %d ms later, after at most %d looks', async (after, later, most) => {
    const { kind, waitedMs, looks } = await waitFor(after);
    expect(kind).toBe('ended');
    expect(waitedMs - after).toBeLessThanOrEqual(later);
    expect(looks).toBeLessThanOrEqual(most);
  });

  it('for one that does not come is told so in time', async () => {
    expect(await waitFor(WAIT_MS * 2)).toMatchObject({ kind: 'under_way', waitedMs: WAIT_MS });
  });
});

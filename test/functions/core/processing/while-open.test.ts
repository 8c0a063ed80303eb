import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import { createOutcomePublisher } from '../../../../functions/core/outcome/record-and-publish.ts';
import type { Ledger, LedgerItem, Outcomes } from '../../../../functions/core/ports.ts';
import { createReprocessImage } from '../../../../functions/core/processing/reprocess-image.ts';
import { retryPolicy } from '../../../../functions/core/processing/retry-policy.ts';
import {
  aLedgerItem,
  aRequest,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

const MINUTE = 60_000;
const LIFETIME_MS = 13 * 24 * 60 * MINUTE;
const WAIT_MS = 20_000;
const outcome: Outcome = { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: NOON - MINUTE };

/**
 * A request that is received while the circuit breaker is open for 20 s.
 * @param found of its item; without it, there is none
 */
async function receive(
  asked: Partial<LedgerItem> = {},
  found?: Partial<LedgerItem>,
  { receiveCount = 2, sentAt = NOON } = {},
) {
  const clock = standingClock();
  const request = { ...aRequest(), ...asked };
  const item = found && aLedgerItem({ ...request, state: 'waiting', ...found });
  const steps: string[] = [];
  const ledger = {
    find: async () => item,
    claim: async () => {
      steps.push('claim');
      return { kind: 'claimed', item: { ...(item ?? aLedgerItem({ ...request, state: 'waiting' })), attempts: 2 } };
    },
    record: async (_: unknown, recorded: Outcome) => {
      steps.push(`record ${recorded.kind === 'failed' ? recorded.error.code : recorded.kind}`);
      return recorded;
    },
  } as unknown as Ledger;
  const outcomes: Outcomes = {
    publish: async ({ id, outcome: { attempts } }) => {
      steps.push(`publish ${id.split('.').at(-1)} after ${attempts}`);
    },
    join: () => () => undefined,
  };
  const log = listeningLogger();
  const metrics = listeningMetrics();
  const reprocessImage = createReprocessImage({
    ...{ ledger, clock, log, metrics, random: () => 0, lifetimeMs: LIFETIME_MS },
    publisher: createOutcomePublisher({ ledger, outcomes, clock, log, metrics }),
    calls: { acquire: async () => ({ kind: 'open', ms: WAIT_MS }) },
    permits: { acquire: async () => ({ kind: 'open', ms: WAIT_MS }), waitMs: () => WAIT_MS },
    policy: retryPolicy({ retryForMs: 6 * 60 * MINUTE, lostResponseWaitMs: 30_000 }),
    images: { process: () => Promise.reject(new Error('no call may begin')) },
  });
  const delivery = { messageId: 'message', groupId: request.imageId, receiveCount, sentAt };
  const disposition = await reprocessImage.reprocess(request, delivery, plentyOfTime(clock));
  return { disposition, steps };
}

describe('while no call may begin, a request', () => {
  it('waits, unclaimed', async () => {
    expect(await receive()).toEqual({ disposition: { kind: 'wait', ms: WAIT_MS }, steps: [] });
    expect(await receive({}, {})).toEqual({ disposition: { kind: 'wait', ms: WAIT_MS }, steps: [] });
  });

  it('that has its outcome is published and deleted', async () => {
    const steps = ['publish succeeded after 1'];
    expect(await receive({}, { state: 'succeeded', outcome })).toEqual({ disposition: { kind: 'done' }, steps });
  });

  it('that has its outcome is published though its time has passed', async () => {
    const { steps } = await receive({ notAfter: NOON - 1 }, { state: 'succeeded', outcome });
    expect(steps).toEqual(['publish succeeded after 1']);
  });

  it('whose id has another one’s outcome waits for its turn', async () => {
    const { disposition, steps } = await receive({}, { state: 'succeeded', outcome, fingerprint: 'another' });
    expect({ disposition, steps }).toEqual({ disposition: { kind: 'wait', ms: WAIT_MS }, steps: [] });
  });

  it.each<[string, Partial<LedgerItem>, Partial<LedgerItem> | undefined, object]>([
    ['its not_after has passed', { notAfter: NOON - 1 }, undefined, {}],
    [
      'the not_after in the ledger has passed, whatever its message says',
      { notAfter: NOON + MINUTE },
      { notAfter: NOON - 1 },
      {},
    ],
    ['its queue is about to drop it', {}, undefined, { sentAt: NOON - LIFETIME_MS - 1 }],
  ])('ends as expired when %s, and the call that was not made is not counted', async (_, asked, found, delivery) => {
    const { disposition, steps } = await receive(asked, found, delivery);
    const expected = ['claim', 'record expired', 'publish failed after 1'];
    expect({ disposition, steps }).toEqual({ disposition: { kind: 'done' }, steps: expected });
  });

  it.each<[number, Partial<LedgerItem>, Partial<LedgerItem> | undefined, object]>([
    [5001, { notAfter: NOON + 5000 }, undefined, {}],
    [5001, { notAfter: NOON + 15_000 }, { notAfter: NOON + 5000 }, {}],
    [3001, {}, undefined, { sentAt: NOON - LIFETIME_MS + 3000 }],
    [WAIT_MS, { notAfter: NOON + MINUTE }, undefined, {}],
  ])('waits %d ms, and no longer than until its time is over', async (ms, asked, found, delivery) => {
    expect(await receive(asked, found, delivery)).toEqual({ disposition: { kind: 'wait', ms }, steps: [] });
  });
});

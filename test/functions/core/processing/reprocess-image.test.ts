import { describe, expect, it } from 'vitest';
import type { WaitsFor } from '../../../../functions/core/budget/waiting.ts';
import type { Outcome, OutcomeEvent } from '../../../../functions/core/outcome/outcome.ts';
import { createOutcomePublisher } from '../../../../functions/core/outcome/record-and-publish.ts';
import type { Claim, Ledger, LedgerItem, Limits } from '../../../../functions/core/ports.ts';
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
const outcome: Outcome = { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: NOON - MINUTE };
/** What the ledger has of the request differs from its message. */
const message = aRequest({
  requestId: 'sqs:1',
  imageId: 'villa',
  notAfter: NOON + MINUTE,
  traceparent: 'of the message',
});
const item = aLedgerItem({ ...message, state: 'accepted', partner: 'acme', acceptedAt: NOON - MINUTE });

interface Surroundings {
  /** How long the permit for the call is waited for. */
  readonly permitMs?: number;
  /** Why there is none. */
  readonly waitsFor?: WaitsFor;
}

/** Receives the request's message. @param claim what the ledger says to its claim */
async function receive(claim: Claim, { permitMs = 0, waitsFor }: Surroundings = {}, cut: Partial<Limits> = {}) {
  const clock = standingClock();
  const [log, metrics] = [listeningLogger(), listeningMetrics()];
  const steps: string[] = [];
  const events: OutcomeEvent[] = [];
  const step = (name: string) => () => void steps.push(name);
  const ledger = {
    find: async () => undefined,
    claim: async () => {
      steps.push('claim');
      return claim;
    },
    record: async (_: unknown, recorded: Outcome) => recorded,
  } as unknown as Ledger;
  const outcomes = { publish: async (event: OutcomeEvent) => void events.push(event), join: () => () => undefined };
  const told = { sent: step('sent'), complete: step('complete'), release: step('release') };
  const permit = { until: NOON + MINUTE, renewIfLate: async () => {}, ...told };
  const { reprocess } = createReprocessImage({
    ...{ ledger, clock, log, metrics, random: () => 0, lifetimeMs: 13 * 24 * 60 * MINUTE },
    publisher: createOutcomePublisher({ ledger, outcomes, clock, log, metrics }),
    calls: {
      acquire: async () => {
        steps.push('acquire');
        clock.set(clock.now() + permitMs);
        return waitsFor === undefined ? { kind: 'granted', permit } : { kind: 'open', ms: MINUTE, waitsFor };
      },
    },
    permits: { acquire: () => Promise.reject(new Error('it has its permit')), waitMs: () => 0 },
    policy: retryPolicy({ retryForMs: 6 * 60 * MINUTE, lostResponseWaitMs: 30_000 }),
    images: {
      process: async () => {
        steps.push('call');
        return { response: '{}', warnings: [] };
      },
    },
  });
  const delivery = { messageId: 'm-1', groupId: 'villa', receiveCount: 1, sentAt: NOON };
  const disposition = await reprocess(message, delivery, { ...plentyOfTime(clock), ...cut });
  return { disposition, steps, events, log };
}

const claimed = (changes: Partial<LedgerItem> = {}): Claim => ({ kind: 'claimed', item: { ...item, ...changes } });

describe('a request whose turn has come', () => {
  it('is claimed, called and published as it was accepted, and gives its permit back', async () => {
    const { disposition, steps, events } = await receive(claimed());
    expect([disposition, steps]).toEqual([{ kind: 'done' }, ['acquire', 'claim', 'call', 'complete', 'release']]);
    expect(events[0]?.request).toMatchObject({ partner: 'acme', acceptedAt: NOON - MINUTE });
  });

  it.each<[string, number | undefined, number, boolean]>([
    ['which comes before that of its message', NOON - 1, 0, false],
    ['which has none, though that of its message has passed', undefined, 2 * MINUTE, true],
  ])('is called or not by the end of validity in the ledger, %s', async (_, notAfter, permitMs, isCalled) => {
    const { notAfter: _notAfter, ...without } = item;
    const known = notAfter === undefined ? without : { ...without, notAfter };
    const later = { deadline: NOON + 10 * MINUTE };
    const { steps, events } = await receive({ kind: 'claimed', item: known }, { permitMs }, later);
    expect(steps.includes('call')).toBe(isCalled);
    expect(events[0]?.outcome.kind).toBe(isCalled ? 'succeeded' : 'failed');
  });

  it.each<[Claim, string]>([
    [{ kind: 'ended', item: { ...item, outcome }, outcome }, 'sqs:1.succeeded'],
    [{ kind: 'abandoned', item: { ...item, crashes: 3 } }, 'sqs:1.failed'],
  ])('is published as it was accepted where the ledger says %j', async (claim, id) => {
    const { disposition, steps, events } = await receive(claim);
    expect([disposition, steps]).toEqual([{ kind: 'done' }, ['acquire', 'claim', 'release']]);
    expect(events).toMatchObject([{ id, request: { partner: 'acme', acceptedAt: NOON - MINUTE } }]);
  });

  it('is refused under an id of its message where its own is another request’s', async () => {
    const { steps, events } = await receive({ kind: 'reused' });
    expect(steps).toEqual(['acquire', 'claim', 'release']);
    expect(events).toMatchObject([{ id: 'sqs:1.reused.m-1', outcome: { error: { code: 'request_id_reused' } } }]);
  });

  it('is neither claimed nor given a permit when its invocation is over', async () => {
    const { disposition, steps } = await receive(claimed(), {}, { deadline: NOON });
    expect([disposition, steps]).toEqual([{ kind: 'wait', ms: 0 }, []]);
  });

  it('is not claimed when its invocation ended while it waited for its permit, which it gives back', async () => {
    const { disposition, steps } = await receive(claimed(), { permitMs: 5000 }, { deadline: NOON + 5000 });
    expect([disposition, steps]).toEqual([{ kind: 'wait', ms: 0 }, ['acquire', 'release']]);
  });

  it('waits for the account, and the log says for what and until when', async () => {
    const { disposition, log } = await receive(claimed(), { waitsFor: { reason: 'person', until: NOON + MINUTE } });
    expect(disposition).toEqual({ kind: 'wait', ms: MINUTE });
    const waitsFor = { reason: 'person', until: '2026-11-22T12:01:00.000Z' };
    expect(log.lines).toMatchObject([{ level: 'info', facts: { request_id: 'sqs:1', waits_for: waitsFor } }]);
  });
});

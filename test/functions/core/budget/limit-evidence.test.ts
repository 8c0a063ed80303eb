import { describe, expect, it } from 'vitest';
import { quietMs } from '../../../../functions/core/budget/budget-policy.ts';
import { createLimitEvidence, type Ended } from '../../../../functions/core/budget/limit-evidence.ts';
import type { BudgetWindow } from '../../../../functions/core/budget/ports.ts';
import { windowAt } from '../../../../functions/core/budget/window.ts';
import type { Completion, Verdict } from '../../../../functions/core/completion/completion.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import type { LedgerItem } from '../../../../functions/core/ports.ts';
import {
  aLedgerItem,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

const DAY_MS = 86_400_000;
const MIDNIGHT = NOON - DAY_MS / 2;
const today = windowAt({ minute: 0, zone: 'UTC' }, NOON);
const yesterday = windowAt({ minute: 0, zone: 'UTC' }, MIDNIGHT - 1);
const told = { by: 'webhook', at: NOON, confirmed: true } as const;
const overLimit: Verdict = { ...told, hasFailed: true, statusReason: 'daily limit reached' };
const processed: Verdict = { ...told, hasFailed: false };

/** The request of an image. @param calledAt epoch ms at which the endpoint accepted it */
function itemOf(calledAt: number, more: Partial<LedgerItem> = {}): LedgerItem {
  const outcome: Outcome = { kind: 'succeeded', response: null, attempts: 1, warnings: [], at: calledAt };
  return aLedgerItem({ outcome, ...more });
}

interface Stored {
  /** The image of the probe that is under way. */
  readonly probe?: string;
  /** Whether the account was paused for as long before. */
  readonly isPaused?: boolean;
  readonly readFails?: Error;
  /** Of the write that it names. */
  readonly writeFails?: Error;
}

/** What an image's end has done. */
async function show(ended: Omit<Ended, 'imageId'>, { probe, isPaused = false, readFails, writeFails }: Stored = {}) {
  const clock = standingClock();
  const steps: unknown[] = [];
  const log = listeningLogger();
  const metrics = listeningMetrics();
  const isSent = true;
  const evidence = createLimitEvidence({
    budgets: {
      countFailure: async (window: BudgetWindow) => {
        steps.push(['count', window]);
        if (writeFails?.message === 'count') throw writeFails;
      },
    },
    pauses: {
      read: async () => {
        if (readFails !== undefined) throw readFails;
        return probe === undefined ? {} : { probe: { id: 'one', imageId: probe, until: NOON + 1, isSent } };
      },
      pauseFor: async (pause) => {
        steps.push(['pause', pause]);
        return !isPaused;
      },
      endProbe: async (imageId) => steps.push(['end probe', imageId]) > 0,
    },
    sendAgain: async ({ requestId }) => {
      steps.push(['send again', requestId]);
      if (writeFails !== undefined) throw writeFails;
    },
    currentWindow: (now) => windowAt({ minute: 0, zone: 'UTC' }, now),
    ...{ clock, log, metrics },
  });
  const failed = await evidence({ imageId: 'villa', ...ended }, plentyOfTime(clock)).catch((error: unknown) => error);
  return { steps, failed, lines: log.lines, counted: metrics.counted };
}

describe('an image that failed for the limit', () => {
  const detail = 'Autoenhance said: daily limit reached';

  it('is counted, pauses the account until the reset, and is sent again', async () => {
    const request = itemOf(NOON - 60_000);
    const { steps, lines, counted } = await show({ verdict: overLimit, request });
    expect(steps).toEqual([
      ['count', today],
      ['pause', { detail, calledAt: NOON - 60_000, until: today.end }],
      ['send again', request.requestId],
    ]);
    expect(counted).toEqual(['AccountPaused']);
    const facts = { image_id: 'villa', detail, until: new Date(today.end).toISOString() };
    expect(lines).toMatchObject([{ level: 'warn', facts }]);
  });

  it('is told of once, though each of its kind prolongs the pause', async () => {
    const { lines, counted } = await show({ verdict: overLimit, request: itemOf(NOON) }, { isPaused: true });
    expect([lines, counted]).toEqual([[], []]);
  });

  it('of which no request is known pauses by the time at which its end was heard of', async () => {
    const { steps } = await show({ verdict: overLimit });
    expect(steps).toEqual([
      ['count', today],
      ['pause', { detail, calledAt: NOON, until: today.end }],
    ]);
  });

  const firstCall = today.start + quietMs(today);

  it.each([
    [firstCall, today, true],
    [firstCall - 1, yesterday, false],
    [yesterday.start + 1, yesterday, false],
  ])('whose call was at %d counts in its window, and pauses only the one that it shows', async (at, window, pauses) => {
    const { steps } = await show({ verdict: overLimit, request: itemOf(at) });
    expect(steps[0]).toEqual(['count', window]);
    expect(steps.some((step) => Array.isArray(step) && step[0] === 'pause')).toBe(pauses);
  });

  it('that is told of again is not counted again', async () => {
    const completion: Completion = { ...overLimit, isAmbiguous: false };
    const counts = async (at: number) => {
      const { steps } = await show({
        verdict: overLimit,
        request: itemOf(NOON, { completion: { ...completion, at } }),
      });
      return steps.some((step) => Array.isArray(step) && step[0] === 'count');
    };
    expect([await counts(NOON), await counts(NOON - 5000)]).toEqual([true, false]);
  });

  it.each(['count', 'send again'])('whose %s fails is told of again', async (message) => {
    const writeFails = new Error(message);
    expect((await show({ verdict: overLimit, request: itemOf(NOON) }, { writeFails })).failed).toBe(writeFails);
  });

  it('as a line of a batch is left to the feeder', async () => {
    const { steps } = await show({ verdict: overLimit, request: itemOf(NOON, { batch: { batchId: 'b', round: 1 } }) });
    expect(steps).toHaveLength(2);
  });
});

describe('an image that ended otherwise', () => {
  it('ends the pause if it is the probe’s', async () => {
    const { steps, lines } = await show({ verdict: processed }, { probe: 'villa' });
    expect(steps).toEqual([['end probe', 'villa']]);
    expect(lines).toMatchObject([{ level: 'info', facts: { image_id: 'villa' } }]);
  });

  it.each([{ probe: 'hut' }, {}])('changes nothing else: %j', async (stored) => {
    expect(await show({ verdict: processed }, stored)).toMatchObject({ steps: [], lines: [], failed: undefined });
  });

  it('fails nothing while the ledger is away, since the probe ends by itself', async () => {
    const away = new DependencyUnavailable('ledger', new Error('away'));
    const { failed, lines } = await show({ verdict: processed }, { readFails: away });
    expect([failed, lines]).toMatchObject([undefined, [{ level: 'warn' }]]);
  });

  it('does not hide a bug', async () => {
    const bug = new TypeError('a bug');
    expect((await show({ verdict: processed }, { readFails: bug })).failed).toBe(bug);
  });
});

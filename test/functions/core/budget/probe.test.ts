import { describe, expect, it } from 'vitest';
import { createProbe, type ProbeParts } from '../../../../functions/core/budget/probe.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import { listeningLogger, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const PAUSED_UNTIL = NOON - 1000;
const MINUTE = 60_000;

/** Claims the probe. @param writes what the ledger does */
async function claim(writes: Partial<ProbeParts['pauses']> = {}) {
  const clock = standingClock();
  const log = listeningLogger();
  const steps: unknown[] = [];
  const probes = createProbe({
    pauses: {
      claimProbe: async (probe, pausedUntil) => steps.push(['claim', probe, pausedUntil]) > 0,
      probeSent: async (id, until) => void steps.push(['sent', id, until]),
      releaseProbe: async (id) => void steps.push(['release', id]),
      ...writes,
    },
    ...{ clock, log, randomId: () => 'one' },
  });
  const limits = plentyOfTime(clock);
  return { probe: await probes.claim('villa', PAUSED_UNTIL, limits), steps, log, limits };
}

const away = () => Promise.reject(new DependencyUnavailable('ledger', new Error('away')));

describe('the call that probes', () => {
  it('has two minutes, and its image a quarter of an hour', async () => {
    const { probe, steps, log, limits } = await claim();
    await probe?.sent(limits);
    expect(steps).toEqual([
      ['claim', { id: 'one', imageId: 'villa', until: NOON + 2 * MINUTE }, PAUSED_UNTIL],
      ['sent', 'one', NOON + 15 * MINUTE],
    ]);
    expect(log.lines).toMatchObject([{ level: 'info', facts: { image_id: 'villa' } }]);
  });

  it('that was not accepted lets another one probe', async () => {
    const { probe, steps, limits } = await claim();
    await probe?.release(limits);
    expect(steps.at(-1)).toEqual(['release', 'one']);
  });

  it('is another’s when the claim fails', async () => {
    expect((await claim({ claimProbe: async () => false })).probe).toBeUndefined();
    await expect(claim({ claimProbe: away })).rejects.toThrow(DependencyUnavailable);
  });

  it('fails no request when its end cannot be written: it ends by itself', async () => {
    const { probe, log, limits } = await claim({ probeSent: away, releaseProbe: away });
    await probe?.sent(limits);
    await probe?.release(limits);
    expect(log.lines.slice(1).map(({ level }) => level)).toEqual(['warn', 'warn']);
  });
});

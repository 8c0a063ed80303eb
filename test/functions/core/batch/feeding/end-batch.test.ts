import { describe, expect, it } from 'vitest';
import { newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { createEndBatch } from '../../../../../functions/core/batch/feeding/end-batch.ts';
import { createOpenBatch } from '../../../../../functions/core/batch/feeding/open-batch.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import { listeningLogger, listeningMetrics, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

/** A batch that has ended. @param away the step that fails the first time */
function start(away?: string) {
  const clock = standingClock();
  const steps: string[] = [];
  const step = async (name: string) => {
    steps.push(name);
    if (steps.filter((each) => each === name).length === 1 && name === away)
      throw new DependencyUnavailable('ledger', new Error('away'));
  };
  const { refusal: _, ...check } = unreadCheck('');
  const file = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };
  const batch = newBatch({ batchId: 'b', name: 'a', source: 'upload', file, createdAt: NOON, check });
  const ends: (number | undefined)[] = [];
  const save = async (fed: Parameters<Parameters<typeof createOpenBatch>[0]['save']>[0]) => {
    await step('save');
    return { ...fed, revision: fed.revision + 1 };
  };
  const open = createOpenBatch({ save }, { batch, revision: 0, journal: [] });
  const endBatch = createEndBatch({
    ledger: { close: () => step('close') },
    store: { write: () => step('write') },
    writeResults: async function* () {},
    events: {
      publish: async (event) => {
        ends.push(event.batch.finishedAt);
        await step('publish');
      },
    },
    ...{ clock, log: listeningLogger(), metrics: listeningMetrics() },
  });
  return { clock, steps, ends, end: () => endBatch(open, plentyOfTime(clock)) };
}

describe('the end of a batch', () => {
  it('is its results file, its end in the ledger, its event; then nobody looks at it any more', async () => {
    const { end, steps, ends } = start();
    await end();
    expect(steps).toEqual(['write', 'save', 'publish', 'close']);
    expect(ends).toEqual([NOON]);
  });

  it.each(['publish', 'close'])('stays the same when it is ended again, since %s had failed', async (away) => {
    const { end, steps, ends, clock } = start(away);
    await expect(end()).rejects.toThrow(DependencyUnavailable);
    clock.set(NOON + 60_000);
    await end();
    expect(ends).toEqual([NOON, NOON]);
    expect(steps.filter((each) => each === 'save')).toHaveLength(1);
    expect(steps.at(-1)).toBe('close');
  });
});

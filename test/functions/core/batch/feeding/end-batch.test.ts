import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import type { BatchEvent } from '../../../../../functions/core/batch/batch-event.ts';
import { createEndBatch } from '../../../../../functions/core/batch/feeding/end-batch.ts';
import { createOpenBatch } from '../../../../../functions/core/batch/feeding/open-batch.ts';
import { UploadForbidden, UploadGone } from '../../../../../functions/core/batch/ports.ts';
import { UnreadableFile } from '../../../../../functions/core/batch/reading/file-text.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import { listeningLogger, listeningMetrics, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

/** A batch that has ended. @param away the step that fails the first time @param writeFails why its file cannot be written */
function start(away?: string, writeFails?: Error) {
  const clock = standingClock();
  const steps: string[] = [];
  const step = async (name: string) => {
    await nextLoop();
    steps.push(name);
    if (steps.filter((each) => each === name).length === 1 && name === away)
      throw new DependencyUnavailable('ledger', new Error('away'));
  };
  const { refusal: _, ...check } = unreadCheck('');
  const file = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };
  const batch = newBatch({
    batchId: 'b',
    name: 'a',
    source: 'upload',
    file,
    createdAt: NOON - 5000,
    check,
    partner: 'acme',
  });
  const written: unknown[] = [];
  const published: BatchEvent[] = [];
  const [log, metrics] = [listeningLogger(), listeningMetrics()];
  const ends: (number | undefined)[] = [];
  const save = async (fed: Parameters<Parameters<typeof createOpenBatch>[0]['save']>[0]) => {
    await step('save');
    return { ...fed, revision: fed.revision + 1 };
  };
  const open = createOpenBatch({ save }, { batch, revision: 0, journal: [] });
  const endBatch = createEndBatch({
    ledger: { close: (batchId) => step(batchId === 'b' ? 'close' : 'close another') },
    store: {
      write: async (bucket, key, pieces) => {
        if (writeFails !== undefined) throw writeFails;
        for await (const piece of pieces) written.push([bucket, key, piece]);
        await step('write');
      },
    },
    writeResults: async function* ({ batchId }) {
      yield `rows of ${batchId}`;
    },
    events: {
      publish: async (event) => {
        published.push(event);
        ends.push(event.batch.finishedAt);
        await step('publish');
      },
    },
    ...{ clock, log, metrics },
  });
  return { clock, steps, ends, written, published, log, metrics, end: () => endBatch(open, plentyOfTime(clock)) };
}

describe('the end of a batch', () => {
  it('is its results file, its end in the ledger, its event; then nobody looks at it any more', async () => {
    const { end, steps, ends } = start();
    await end();
    expect(steps).toEqual(['write', 'save', 'publish', 'close']);
    expect(ends).toEqual([NOON]);
  });

  it('is told with its results, counted, and logged', async () => {
    const { end, written, published, log, metrics } = start();
    await end();
    const key = 'reports/requests/a.ndjson/v1-results.ndjson';
    expect(written).toEqual([['uploads', key, 'rows of b']]);
    const event = { id: 'b.finished', groupId: 'b', at: NOON, state: 'finished', resultsKey: key };
    expect(published).toMatchObject([{ ...event, counts: { total: 0 }, batch: { batchId: 'b' } }]);
    expect(metrics.counted).toEqual(['FinishedBatches']);
    const facts = { batch_id: 'b', partner: 'acme', state: 'finished', counts: { total: 0 }, duration_ms: 5000 };
    expect(log.lines).toMatchObject([{ level: 'info', facts }]);
  });

  it.each([new UploadGone('it was deleted'), new UploadForbidden('no'), new UnreadableFile('a cell is open')])(
    'has no results file when its request file cannot be read: %s',
    async (error) => {
      const { end, steps, published, log } = start(undefined, error);
      await end();
      expect(steps).toEqual(['save', 'publish', 'close']);
      expect(published[0]).not.toHaveProperty('resultsKey');
      expect(log.lines[0]).toMatchObject({ level: 'warn', facts: { batch_id: 'b', error: error.message } });
    },
  );

  it('waits for a bucket that is away', async () => {
    const { end, steps } = start(undefined, new DependencyUnavailable('uploads bucket', new Error('away')));
    await expect(end()).rejects.toThrow(DependencyUnavailable);
    expect(steps).toEqual([]);
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

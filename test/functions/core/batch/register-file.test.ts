import { describe, expect, it } from 'vitest';
import { type Batch, newBatch, unreadCheck } from '../../../../functions/core/batch/batch.ts';
import { FileTakenOver } from '../../../../functions/core/batch/file-lease.ts';
import { createRegisterFile } from '../../../../functions/core/batch/register-file.ts';
import { listeningLogger, listeningMetrics, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const BATCH_ID = `b_${'a'.repeat(32)}`;
const upload = { bucket: 'uploads', key: `requests/service/${BATCH_ID}/a.csv`, version: 'v1' };
const made = newBatch({ batchId: BATCH_ID, name: 'a', source: 'http', file: upload, createdAt: NOON });
const { refusal: _, ...check } = unreadCheck('');

/** A file that the API has made is registered. @param find the batch that the ledger has by then @param end of the check */
async function register(find: (afterMs: number) => Batch | undefined, end: Error = new Error('the file is checked')) {
  const clock = standingClock();
  const log = listeningLogger();
  let releases = 0;
  const never = () => Promise.reject(new Error('the check has failed'));
  const registerFile = createRegisterFile({
    holdFile: async () => ({
      runs: { startedAt: NOON, runs: 1 },
      keep: async () => {},
      release: async () => {
        releases += 1;
      },
      finish: never,
    }),
    checkFile: () => Promise.reject(end),
    announceRefusals: never,
    batches: { create: never, setChecked: never, find: async () => find(clock.now() - NOON) },
    feeder: { wake: never },
    store: { write: never },
    ...{ clock, log, metrics: listeningMetrics() },
  });
  const failed = await registerFile(upload, plentyOfTime(clock)).catch((error: unknown) => error);
  return { failed, releases, said: log.lines.at(-1) };
}

describe('a file that the API has made', () => {
  it('is left alone when the API has checked it, also where its batch is written a moment after its file', async () => {
    const checked = { ...made, check };
    for (const find of [() => checked, (afterMs: number) => (afterMs >= 5000 ? checked : undefined)]) {
      const { failed, said } = await register(find);
      expect(failed).toBeUndefined();
      expect(said).toMatchObject({
        message: 'the file is left alone',
        facts: { version: 'v1', why: 'its batch was checked before' },
      });
    }
  });

  it.each<[string, Batch | undefined]>([
    ['is still to be checked', made],
    ['was never written: the API has crashed', undefined],
  ])('is checked when its batch %s', async (_, batch) => {
    const { failed, releases } = await register(() => batch);
    expect([failed, releases]).toEqual([new Error('the file is checked'), 1]);
  });
});

describe('a run whose file another one has taken over', () => {
  it('leaves the file to it, and does not fail', async () => {
    const { failed, releases, said } = await register(() => made, new FileTakenOver('taken'));
    expect([failed, releases]).toEqual([undefined, 0]);
    expect(said).toMatchObject({ level: 'warn', message: 'the file is left to another run, which has taken it over' });
  });
});

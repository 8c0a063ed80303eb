import { describe, expect, it } from 'vitest';
import { type Batch, type BatchCheck, newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { UploadGone } from '../../../../../functions/core/batch/ports.ts';
import { FileTakenOver } from '../../../../../functions/core/batch/uploads/file-lease.ts';
import { createRegisterFile } from '../../../../../functions/core/batch/uploads/register-file.ts';
import type { Pace } from '../../../../../functions/core/batch/viewing/pace.ts';
import { listeningLogger, listeningMetrics, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const BATCH_ID = `b_${'a'.repeat(32)}`;
const upload = { bucket: 'uploads', key: `requests/service/${BATCH_ID}/a.csv`, version: 'v1' };
const made = newBatch({ batchId: BATCH_ID, name: 'a', source: 'http', file: upload, createdAt: NOON });
const { refusal: _, ...check } = unreadCheck('');

/**
 * A file that the API has made is registered.
 * @param find the batch that the ledger has by then
 * @param end of the check
 * @param isBegun whether another run has begun with it
 */
async function register(
  find: (afterMs: number) => Batch | undefined,
  end: Error = new Error('the file is checked'),
  isBegun = false,
) {
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
    files: { isBegun: async () => isBegun },
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

  it('is checked once more where a run has failed behind its check: nobody else tells of its refused lines', async () => {
    const { failed } = await register(() => ({ ...made, check }), new Error('the file is checked'), true);
    expect(failed).toEqual(new Error('the file is checked'));
  });

  it.each<[string, Batch | undefined]>([
    ['is still to be checked', made],
    ['was never written: the API has crashed', undefined],
  ])('is checked when its batch %s', async (_, batch) => {
    const { failed, releases } = await register(() => batch);
    expect([failed, releases]).toEqual([new Error('the file is checked'), 1]);
  });
});

const pace: Pace = { requests: 2, limit: 500, leftToday: 500, days: 0, expectedEnd: NOON, sentence: 'finished soon' };

/** A file that can be sent is registered. @param known the batch that the ledger has by then */
async function registerChecked(known: Batch | undefined, checked: BatchCheck | UploadGone = check, accepted = 2) {
  const clock = standingClock();
  const metrics = listeningMetrics();
  const steps: string[] = [];
  const made: Batch[] = [];
  let report = '';
  const registerFile = createRegisterFile({
    holdFile: async () => ({
      runs: { startedAt: NOON - 3000, runs: 2 },
      keep: async () => {},
      release: async () => void steps.push('release'),
      finish: async () => void steps.push('finish'),
    }),
    files: { isBegun: async () => false },
    checkFile: async () => {
      if (checked instanceof UploadGone) throw checked;
      return { check: checked, sha256: 'digest', accepted, pace };
    },
    announceRefusals: async () => {
      steps.push('announce');
      return [{ line: 2, detail: 'no id' }];
    },
    batches: {
      create: async (batch) => {
        steps.push('create');
        made.push(batch);
        return known ?? batch;
      },
      setChecked: async (batchId, found, version) => {
        steps.push(`checked ${version}`);
        if (known?.control === 'cancelled') return known;
        return { ...made[0], batchId, check: found } as Batch;
      },
      find: async () => (known?.check === undefined ? known : undefined),
    },
    feeder: { wake: async () => void steps.push('wake') },
    store: {
      write: async (_bucket, _key, pieces) => {
        steps.push('report');
        for await (const piece of pieces) report += piece;
      },
    },
    ...{ clock, log: listeningLogger(), metrics },
  });
  await registerFile(upload, plentyOfTime(clock));
  return { steps, made, report: JSON.parse(report), counted: Object.fromEntries(metrics.values) };
}

describe('a file that is checked', () => {
  it('has its batch, then what is told of its lines, then its report, and only then is not read again', async () => {
    const { steps, made, report, counted } = await registerChecked(undefined, { ...check, total: 3, rejected: 1 });
    expect(steps).toEqual(['create', 'announce', 'report', 'finish', 'wake']);
    expect(made).toMatchObject([{ source: 'http', batchId: BATCH_ID }]);
    // Five of these seconds it has waited for the API.
    expect(report).toMatchObject({ duration_ms: 8000, runs: 2, accepted: 2, rejected: 1, rejections: [{ line: 2 }] });
    expect(report.pace).toBe('finished soon');
    expect(counted).toMatchObject({ UploadedRequests: 2, RejectedLines: 1, OutcomeInvalidRequest: 1 });
  });

  it('ends the check of the batch that the API has announced for it', async () => {
    const { file: announced, ...batch } = made;
    const { version: _version, ...file } = announced;
    const { steps } = await registerChecked({ ...batch, file });
    expect(steps).toContain('checked v1');
  });

  it('and is refused sends nothing, and the feeder sleeps on', async () => {
    const refused = { ...check, total: 2, refusal: 'too long' };
    const { steps, report, counted } = await registerChecked(undefined, refused);
    expect(steps).toEqual(['create', 'announce', 'report', 'finish']);
    expect(counted).toMatchObject({ UploadedRequests: 0 });
    expect(report).not.toHaveProperty('pace');
  });

  it('but is gone by then has a report of that, and is not read again', async () => {
    const { steps, report, counted } = await registerChecked(undefined, new UploadGone('it was deleted'));
    expect(steps).toEqual(['report', 'finish']);
    expect([report.problems, counted]).toEqual([['it was deleted'], { UnreadUploads: 1 }]);
  });

  it('and is unchanged since another version is neither announced nor counted again', async () => {
    const warnings = ['a wide sky'];
    const known = { ...made, check: { ...check, total: 2 }, file: { ...upload, version: 'v0' } };
    const { steps, report, counted } = await registerChecked(known, { ...check, total: 2, warnings });
    expect(steps).toEqual(['create', 'report', 'finish']);
    expect([counted, report.accepted]).toEqual([{}, 0]);
    expect(report.warnings).toEqual([expect.stringContaining('the file is unchanged since version v0'), ...warnings]);
  });

  it('and whose batch was cancelled before says so, and nothing of it is told or sent', async () => {
    const { file: announced, ...batch } = made;
    const { version: _version, ...file } = announced;
    const { steps, report } = await registerChecked({ ...batch, file, control: 'cancelled' });
    expect(steps).toEqual(['create', 'checked v1', 'report', 'finish']);
    expect(report).toMatchObject({
      accepted: 0,
      warnings: [`batch ${BATCH_ID} was cancelled before its file was checked: nothing of the file is sent`],
    });
  });

  it('and was refused before under another version is told of once more', async () => {
    const refused = { ...check, total: 2, refusal: 'too long' };
    const { steps } = await registerChecked({ ...made, check: refused, file: { ...upload, version: 'v0' } }, refused);
    expect(steps).toEqual(['create', 'announce', 'report', 'finish']);
  });
});

describe('a run whose file another one has taken over', () => {
  it('leaves the file to it, and does not fail', async () => {
    const { failed, releases, said } = await register(() => made, new FileTakenOver('taken'));
    expect([failed, releases]).toEqual([undefined, 0]);
    expect(said).toMatchObject({ level: 'warn', message: 'the file is left to another run, which has taken it over' });
  });
});

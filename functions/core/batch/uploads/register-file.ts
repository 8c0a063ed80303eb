import type { Clock, Limits, Metrics } from '../../ports.ts';
import { countOutcome } from '../../telemetry.ts';
import { type Batch, type BatchCheck, type BatchFacts, newBatch, unreadCheck } from '../batch.ts';
import type { CheckedFile, CheckFile } from '../check/check-file.ts';
import { type BatchLedger, type FileLedger, UploadGone, type UploadStore } from '../ports.ts';
import { fileIdOf, loggedUpload, type Upload } from '../upload.ts';
import { type WakeFeederParts, wakeFeeder } from '../wake-feeder.ts';
import type { AnnounceRefusals } from './announce-refusals.ts';
import { type Origin, originOf, uploadedBatchId } from './batch-origin.ts';
import { FileTakenOver, type HeldFile, type HoldFile } from './file-lease.ts';
import { type ReportFacts, reportKeys, writeReport } from './report.ts';

export interface RegisterFileParts extends WakeFeederParts {
  readonly holdFile: HoldFile;
  readonly files: Pick<FileLedger, 'isBegun'>;
  readonly checkFile: CheckFile;
  readonly announceRefusals: AnnounceRefusals;
  readonly batches: Pick<BatchLedger, 'create' | 'find' | 'setChecked'>;
  readonly store: Pick<UploadStore, 'write'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Checks a request file as a whole, reports on it, and hands it to the feeder as a batch. Sends none of it. */
export type RegisterFile = (upload: Upload, limits: Limits) => Promise<void>;

type CheckedUpload = { readonly check: BatchCheck; readonly file: Upload };
type ReportedFacts = Omit<ReportFacts, 'upload' | 'runs' | 'finishedAt'>;

/** The API puts a batch's file, and its item a moment later; without one by then, the API has crashed in between. */
const API_MS = 5000;

export function createRegisterFile(parts: RegisterFileParts): RegisterFile {
  const { holdFile, files, checkFile, announceRefusals, batches, store, clock, log, metrics } = parts;

  /** Why a file that the API has made is not checked here. */
  async function whyLeftAlone(upload: Upload, { batchId }: Origin, limits: Limits): Promise<string | undefined> {
    if (batchId === undefined) return undefined;
    let batch = await batches.find(batchId, limits);
    if (batch === undefined) {
      await clock.sleep(API_MS, limits.signal);
      batch = await batches.find(batchId, limits);
    }
    if (batch !== undefined && batch.file.key !== upload.key)
      return 'it is in the folder of a batch that has another file';
    if (batch?.check === undefined) return undefined;
    // A run that failed behind its check has not told of the refused lines, nor written the report.
    return (await files.isBegun(fileIdOf(upload), limits)) ? undefined : 'its batch was checked before';
  }

  async function register(upload: Upload, origin: Origin, file: HeldFile, limits: Limits): Promise<void> {
    const { keep } = file;
    const checked = await checkFile(upload, limits, { keep, rejectedKey: reportKeys(upload).rejected });
    const batch = await recordBatch(upload, origin, checked, limits);
    const isRepeated = batch.file.version !== upload.version && batch.check?.refusal === undefined;
    const rejections = isRepeated ? [] : await announceRefusals(upload, checked.check, file, limits);
    const repeated = isRepeated ? batch : undefined;
    await report(upload, file, { ...checked, rejections, repeated }, limits);
    await file.finish();
    if (!isRepeated) {
      count(checked);
      if (batch.check?.refusal === undefined) await wakeFeeder(parts, batch.batchId, limits);
    }
    const counts = { accepted: checked.accepted, rejected: checked.check.rejected, refusal: checked.check.refusal };
    const duration = { duration_ms: clock.now() - file.runs.startedAt };
    log.info('the file was read', {
      ...loggedUpload(upload),
      batch_id: batch.batchId,
      isRepeated,
      ...counts,
      ...duration,
    });
  }

  /** Nothing was sent of a file that was refused before. What was in its way, such as a low limit, may be so no longer. */
  async function recordBatch(
    upload: Upload,
    { batchId: given, partner, name }: Origin,
    { check, sha256 }: CheckedFile,
    limits: Limits,
  ): Promise<Batch> {
    const source = given === undefined ? 'upload' : 'http';
    const owner = partner === undefined ? {} : { partner };
    const facts = { name, source, file: upload, createdAt: clock.now(), check, ...owner } as const;
    const batch = await record({ ...facts, batchId: given ?? uploadedBatchId(upload, sha256) }, limits);
    const isFree = given === undefined && batch.check?.refusal !== undefined && check.refusal === undefined;
    return isFree ? record({ ...facts, batchId: uploadedBatchId(upload, sha256, 'after a refusal') }, limits) : batch;
  }

  async function record(facts: BatchFacts & CheckedUpload, limits: Limits): Promise<Batch> {
    const { batchId, check, file } = facts;
    const batch = await batches.create(newBatch(facts), limits);
    if (batch.check !== undefined) return batch;
    return (await batches.setChecked(batchId, check, file.version, limits)) ?? batch;
  }

  const report = (upload: Upload, { runs }: HeldFile, facts: ReportedFacts, limits: Limits) =>
    writeReport(store, { ...facts, upload, runs, finishedAt: clock.now() }, limits);

  function count({ check, accepted }: CheckedFile): void {
    const { rejected, refusal, problems } = check;
    metrics.count('UploadedRequests', refusal === undefined ? accepted : 0);
    metrics.count('RejectedLines', rejected);
    countOutcome(metrics, 'invalid_request', rejected);
    if (refusal === undefined || !problems.includes(refusal)) return;
    metrics.count('UnreadUploads');
    countOutcome(metrics, 'invalid_request');
  }

  async function gone(upload: Upload, error: UploadGone, file: HeldFile, limits: Limits): Promise<void> {
    log.warn('the file could not be read', { ...loggedUpload(upload), error: error.message });
    await report(upload, file, { check: unreadCheck(error.message), accepted: 0 }, limits);
    await file.finish();
    metrics.count('UnreadUploads');
  }

  return async (upload, limits) => {
    const origin = originOf(upload.key);
    const left = await whyLeftAlone(upload, origin, limits);
    const file = left === undefined ? await holdFile(upload, limits) : { why: left };
    if ('why' in file) {
      log.info('the file is left alone', { ...loggedUpload(upload), why: file.why });
      return;
    }
    try {
      await register(upload, origin, file, limits).catch((error) => {
        if (!(error instanceof UploadGone)) throw error;
        return gone(upload, error, file, limits);
      });
    } catch (error) {
      if (error instanceof FileTakenOver) {
        log.warn('the file is left to another run, which has taken it over', loggedUpload(upload));
        return;
      }
      // So that whoever is invoked in place of this run need not wait until the lease ends.
      await file.release();
      throw error;
    }
  };
}

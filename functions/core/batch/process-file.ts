import type { Clock, Limits, Logger, Metrics, Outcomes } from '../ports.ts';
import { retryUntil } from '../retry-until.ts';
import { countOutcome } from '../telemetry.ts';
import type { FeedLines } from './feeding/feed-lines.ts';
import { createFileRun, type FileRun, LEASE_MS, LeaseLost } from './feeding/file-run.ts';
import { toRefusalEvent } from './feeding/line-messages.ts';
import { createProgressTracker, type ProgressTracker } from './feeding/progress.ts';
import { type FileLease, type FileLedger, type NextRun, UploadGone } from './ports.ts';
import { UnreadableFile } from './reading/file-text.ts';
import { fileIdOf, loggedUpload, type Progress, type Upload } from './upload.ts';
import type { WriteReport } from './write-report.ts';

export interface ProcessFileParts {
  readonly files: FileLedger;
  readonly feedLines: FeedLines;
  readonly writeReport: WriteReport;
  readonly outcomes: Pick<Outcomes, 'publish'>;
  readonly nextRun: NextRun;
  readonly clock: Clock;
  readonly randomId: () => string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Feeds a request file, over as many runs as it takes, and reports on it. */
export type ProcessFile = (upload: Upload, limits: Limits) => Promise<void>;

/** Left of the invocation when the last batch is sent: for those on their way, the progress, and the event for the next run. */
const CLOSING_MS = 30_000;
/** What the report may take: it reads the file once more, and a million lines take half a minute of a small function. */
const REPORT_MS = 3 * 60_000;
/** A lease that ends is waited for a little longer, since two machines' clocks differ. */
const CLOCK_SKEW_MS = 1000;

export function createProcessFile(parts: ProcessFileParts): ProcessFile {
  const { files, feedLines, writeReport, outcomes, nextRun, clock, randomId, log, metrics } = parts;

  async function processFile(upload: Upload, limits: Limits): Promise<void> {
    const lease = { fileId: fileIdOf(upload), owner: randomId() };
    const claim = await claimFile(lease, limits);
    if (claim.kind !== 'claimed') {
      const why = claim.kind === 'finished' ? 'this version was read before' : 'another run is at it';
      log.info('the file is left alone', { ...loggedUpload(upload), why });
      return;
    }
    const tracker = createProgressTracker({ ...claim.progress, runs: claim.progress.runs + 1 });
    const run = createFileRun({ files, clock, lease, tracker, limits, leaseUntil: claim.leaseUntil });
    try {
      await carryOn(upload, tracker, run, limits);
    } catch (error) {
      await endBadly(error, upload, tracker, run, limits);
    }
  }

  // Whoever holds the lease is heard of before it ends, or is dead. One look tells nothing: after a crash Lambda invokes
  // the function again while the dead run's lease still stands.
  async function claimFile(lease: FileLease, limits: Limits) {
    const leaseUntil = () => clock.now() + LEASE_MS;
    const first = { leaseUntil: leaseUntil(), ...(await files.claim(lease, leaseUntil(), limits)) };
    if (first.kind !== 'leased') return first;
    await clock.sleep(first.until - clock.now() + CLOCK_SKEW_MS, limits.signal);
    return { leaseUntil: leaseUntil(), ...(await files.claim(lease, leaseUntil(), limits)) };
  }

  async function carryOn(upload: Upload, tracker: ProgressTracker, run: FileRun, limits: Limits): Promise<void> {
    const begun = tracker.settled;
    const stopAt = limits.deadline - CLOSING_MS;
    if (!begun.isFed) {
      const { isFed, failure } = await feedLines(upload, tracker, { ...run, stopAt }, limits);
      // A run that got nowhere is Lambda's to repeat, and in the end a person's: runs like it must not go on for ever.
      if (failure !== undefined && !isFed && tracker.settled.line === begun.line) throw failure;
      if (!isFed) return goOnLater(upload, tracker, run, limits);
      tracker.setFed();
      if (tracker.settled.rejected > 0 && clock.now() + REPORT_MS > stopAt) {
        return goOnLater(upload, tracker, run, limits);
      }
      await run.save(tracker.settled);
    }
    await finish(upload, tracker, run, undefined, limits);
  }

  async function goOnLater(upload: Upload, tracker: ProgressTracker, run: FileRun, limits: Limits): Promise<void> {
    await run.release();
    await nextRun.ask(upload, limits);
    log.info('the file goes on in a next run', { ...loggedUpload(upload), ...loggedProgress(tracker.settled) });
  }

  async function finish(
    upload: Upload,
    { settled }: ProgressTracker,
    run: FileRun,
    problem: string | undefined,
    limits: Limits,
  ): Promise<void> {
    await writeReport(upload, settled, problem, run.keep, limits);
    await run.finish();
    metrics.count('UploadedRequests', settled.accepted);
    metrics.count('RejectedLines', settled.rejected);
    countOutcome(metrics, 'invalid_request', settled.rejected);
    const duration = { duration_ms: clock.now() - settled.startedAt };
    log.info('the file was read', { ...loggedUpload(upload), ...loggedProgress(settled), ...duration, problem });
  }

  async function endBadly(
    error: unknown,
    upload: Upload,
    tracker: ProgressTracker,
    run: FileRun,
    limits: Limits,
  ): Promise<void> {
    if (error instanceof LeaseLost) {
      log.warn('the file is left to another run, which has taken it over', loggedUpload(upload));
      return;
    }
    if (!(error instanceof UnreadableFile || error instanceof UploadGone)) {
      // So that whoever is invoked in place of this run need not wait until the lease ends.
      await run.release().catch(() => {});
      throw error;
    }
    log.warn('the file could not be read', { ...loggedUpload(upload), error: error.message });
    const isRefused = error instanceof UnreadableFile;
    if (isRefused) await refuse(upload, tracker, error, limits);
    await finish(upload, tracker, run, error.message, limits);
    // Not before: a run that fails on the way is repeated as a whole.
    metrics.count('UnreadUploads');
    if (isRefused) countOutcome(metrics, 'invalid_request');
  }

  /** A file that is refused as a whole is answered as its first line. */
  async function refuse(
    upload: Upload,
    { settled }: ProgressTracker,
    { message }: Error,
    limits: Limits,
  ): Promise<void> {
    const event = toRefusalEvent(upload, 1, { detail: message, original: '' }, settled.startedAt);
    await retryUntil(() => outcomes.publish(event, limits), limits.deadline - CLOSING_MS, clock, limits);
  }

  return processFile;
}

function loggedProgress({ line, accepted, rejected, runs }: Progress) {
  return { line, accepted, rejected, runs };
}

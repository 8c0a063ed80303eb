import { type Batch, type BatchCheck, countsOf, type ProgressPoint, stateOf } from '../core/batch/batch.ts';
import { problemsOf, ratePerMinute, waitsFor } from '../core/batch/viewing/outlook.ts';
import type { Pace } from '../core/batch/viewing/pace.ts';
import type { BatchView } from '../core/batch/viewing/view-batch.ts';
import { isoTime, isoTimeIfAny } from '../core/outcome/encode-result.ts';

/** A batch in a list. */
export function encodeBatchSummary(batch: Batch) {
  const { batchId, name, source, partner, retryOf, createdAt, startedAt, finishedAt } = batch;
  return {
    batch_id: batchId,
    name,
    source,
    partner,
    retry_of: retryOf,
    state: stateOf(batch),
    counts: countsOf(batch),
    created_at: isoTime(createdAt),
    started_at: startedAt === undefined ? null : isoTime(startedAt),
    finished_at: finishedAt === undefined ? null : isoTime(finishedAt),
  };
}

/** A batch by itself. */
export function encodeBatch(batch: Batch, { now, account, pace }: BatchView) {
  const waits = waitsFor(batch, account);
  const { check, points, finishedAt, batchId } = batch;
  return {
    ...encodeBatchSummary(batch),
    expected_end: expectedEnd(batch, pace),
    waits_for: waits === undefined ? null : { ...waits, until: isoTimeIfAny(waits.until) },
    rate_per_minute: ratePerMinute(batch, now) ?? null,
    problems: problemsOf(batch, now),
    warnings: check?.warnings ?? [],
    check: check && encodeCheck(check),
    pace: pace && encodePace(pace),
    progress: points.map(encodePoint),
    results: finishedAt === undefined ? undefined : `/v3/batches/${batchId}/results`,
  };
}

function expectedEnd({ finishedAt }: Batch, pace: Pace | undefined): string | null {
  const end = finishedAt === undefined ? pace?.expectedEnd : undefined;
  return end === undefined || end === null ? null : isoTime(end);
}

/** What the check found, beside what stands in the counts, the problems and the warnings. */
export function encodeCheck(check: BatchCheck) {
  const { rejections, rejectedKey, repeatedImages, differingImages, repeats, waitingImages } = check;
  return {
    rejections,
    rejections_file: rejectedKey,
    repeated_images: repeatedImages,
    differing_images: differingImages,
    repeats,
    waiting_images: waitingImages && { looked_at: waitingImages.lookedAt, waiting: waitingImages.waiting },
  };
}

export function encodePace({ limit, leftToday, days, expectedEnd: end, sentence }: Pace) {
  return { limit, left_today: leftToday, days, expected_end: end === null ? null : isoTime(end), sentence };
}

function encodePoint({ at, started, finished, failed }: ProgressPoint) {
  return { at: isoTime(at), started, finished, failed };
}

import type { BudgetStatus, Pause } from '../../budget/ports.ts';
import { type Batch, countsOf, type ProgressPoint, stateOf } from '../batch.ts';

/** The account, as far as batches depend on it. */
export interface AccountView {
  readonly budget: BudgetStatus;
  readonly pause?: Pause | undefined;
}

/** Why nothing of a batch is sent for now. */
export interface WaitsFor {
  /** `daily_limit` and `person` concern the whole account, `paused` the batch, `upload` its file. */
  readonly reason: 'daily_limit' | 'person' | 'paused' | 'upload';
  /** For people. */
  readonly detail: string;
  /** Epoch ms; absent while it is not known. */
  readonly until?: number;
}

/** How long the URL takes a file. */
export const UPLOAD_URL_SECONDS = 60 * 60;

export function waitsFor(batch: Batch, { budget, pause }: AccountView): WaitsFor | undefined {
  const state = stateOf(batch);
  if (state === 'checking' && batch.file.version === undefined) {
    const until = batch.createdAt + UPLOAD_URL_SECONDS * 1000;
    return { reason: 'upload', detail: 'its file is still to be uploaded', until };
  }
  if (state === 'paused') return { reason: 'paused', detail: 'the batch is paused: resume it' };
  if (state !== 'running' || countsOf(batch).waiting === 0) return undefined;
  if (pause !== undefined) {
    const { reason, detail, until } = pause;
    return { reason, detail, ...(until !== undefined && { until }) };
  }
  if (budget.leftForBulk > 0) return undefined;
  const detail = 'what batches may use of the account’s daily limit is used up';
  return { reason: 'daily_limit', detail, until: budget.window.end };
}

/** What is wrong with a batch as a whole: what its check found, a file that never came, or one that cannot be read on. */
export function problemsOf(batch: Batch, now: number): readonly string[] {
  const { check, file, feed, createdAt } = batch;
  const isLate = check === undefined && file.version === undefined && now > createdAt + UPLOAD_URL_SECONDS * 1000;
  const late = isLate ? ['no file was uploaded before the URL expired: hand the file over again as a new batch'] : [];
  const refusal = check?.refusal === undefined ? [] : [check.refusal];
  const found = (check?.problems ?? []).filter((problem) => problem !== check?.refusal);
  const unsent = feed.problem === undefined ? [] : [feed.problem];
  return [...refusal, ...found, ...late, ...unsent];
}

/** The time that a rate is measured over, where the points allow it. */
const RATE_MS = 5 * 60_000;
const MINUTE_MS = 60_000;

/** Lines that ended in a minute, over the last minutes; undefined where nothing can be said. */
export function ratePerMinute({ points, finishedAt }: Batch, now: number): number | undefined {
  const last = points.at(-1);
  if (last === undefined || finishedAt !== undefined) return undefined;
  const first = points.findLast(({ at }) => at <= last.at - RATE_MS) ?? points[0];
  if (first === undefined || first.at === last.at) return undefined;
  // A batch that stands still has no new points.
  const minutes = (Math.max(last.at, now - RATE_MS) - first.at) / MINUTE_MS;
  return Math.round(((endedAt(last) - endedAt(first)) / minutes) * 10) / 10;
}

const endedAt = ({ finished, failed }: ProgressPoint) => finished + failed;

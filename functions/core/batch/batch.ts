import { fingerprintOfParts } from './fingerprint.ts';
import type { Place, Upload } from './upload.ts';

/** A set of requests that were handed over together and are followed to their end together. */
export interface Batch {
  /** `b_` and 32 hexadecimal digits. */
  readonly batchId: string;
  /** For people: the file's name, or what the caller chose. */
  readonly name: string;
  /** How it was handed over. */
  readonly source: BatchSource;
  /** Its owner; without one, it belongs to the operator. */
  readonly partner?: string;
  /** Its request file. The version is absent while the file is still to be uploaded. */
  readonly file: BatchFile;
  /** SHA-256 of what the caller handed over; only of batches that the API made. */
  readonly fingerprint?: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** The batch whose failed lines this one sends again. */
  readonly retryOf?: string;
  /** What the check found; absent while the batch is being checked. */
  readonly check?: BatchCheck;
  /** What its owner wants. Only the API writes it. */
  readonly control: BatchControl;
  /** How far its lines are sent. Only the feeder writes it. */
  readonly feed: FeedProgress;
  /** Its lines by state, as far as they are counted. Only the feeder writes it. */
  readonly tally: Tally;
  /** Epoch ms at which its first line was queued. */
  readonly startedAt?: number;
  /** Epoch ms at which its last line ended. */
  readonly finishedAt?: number;
  /** Counts over time, for a plot; at most `MAX_POINTS`, oldest first. */
  readonly points: readonly ProgressPoint[];
}

export type BatchSource = 'http' | 'upload' | 'order';
export type BatchControl = 'running' | 'paused' | 'cancelled';
export type BatchState = 'checking' | 'refused' | 'running' | 'paused' | 'finished' | 'cancelled';
export type BatchFile = Omit<Upload, 'version'> & { readonly version?: string };

export interface BatchCheck {
  /** Why nothing of the batch is sent; absent when it is sent. */
  readonly refusal?: string;
  /** Lines that hold a request or are refused. */
  readonly total: number;
  readonly rejected: number;
  /** The first refused lines. */
  readonly rejections: readonly Rejection[];
  /** The key of the list of all refused lines. */
  readonly rejectedKey?: string;
  /** Images that more than one line names. */
  readonly repeatedImages: number;
  /** Those of them whose lines do not all ask for the same. */
  readonly differingImages: number;
  /** The first of the repeated images. */
  readonly repeats: readonly RepeatedImage[];
  /** Images of the batch that had a request waiting when it was checked, of those that were looked at. */
  readonly waitingImages?: { readonly lookedAt: number; readonly waiting: number };
  /** What is wrong with the file as a whole. */
  readonly problems: readonly string[];
  /** What looks wrong and is sent all the same, each thing once. */
  readonly warnings: readonly string[];
}

/** A line that was not taken. */
export interface Rejection {
  readonly line: number;
  readonly image_id?: string;
  readonly detail: string;
}

/** Of a file whose lines cannot be read. */
export function unreadCheck(problem: string): BatchCheck {
  const none = { total: 0, rejected: 0, rejections: [], repeatedImages: 0, differingImages: 0, repeats: [] };
  return { ...none, refusal: problem, problems: [problem], warnings: [] };
}

export interface RepeatedImage {
  readonly image_id: string;
  /** The first of its lines. */
  readonly lines: readonly number[];
  /** How many lines name it. */
  readonly count: number;
  /** Whether its lines ask for different preferences. */
  readonly differs: boolean;
}

/**
 * Every line before `sent` has its ledger item and its message. Those from there up to `fed` have their item, and their message
 * may be missing: whoever continues sends them again under the same ids.
 */
export interface FeedProgress {
  /** A line's number. */
  readonly sent: number;
  readonly fed: Place;
  /** Lines before `fed` that hold a request. */
  readonly lines: number;
  /** Whether every line of the file is before `sent`. */
  readonly isFed: boolean;
  /** Why nothing more of the file can be sent: what waits is cancelled. */
  readonly problem?: string;
}

/** Lines by their latest state, each counted in one of them. What is fed and not counted here is queued. */
export interface Tally {
  readonly started: number;
  readonly finished: number;
  readonly failed: number;
  /** Failed only for the daily limit: they wait to be sent again. */
  readonly returned: number;
}

export interface ProgressPoint {
  /** Epoch ms. */
  readonly at: number;
  readonly finished: number;
  readonly failed: number;
  readonly started: number;
}

export const MAX_POINTS = 200;

/** `total` is the sum of all others. */
export interface BatchCounts {
  readonly total: number;
  readonly rejected: number;
  readonly waiting: number;
  readonly queued: number;
  readonly started: number;
  readonly finished: number;
  readonly failed: number;
  readonly cancelled: number;
}

export function countsOf(batch: Batch): BatchCounts {
  const { check, feed, tally } = batch;
  const { total = 0, rejected = 0 } = check ?? {};
  const { started, finished, failed, returned } = tally;
  const queued = feed.lines - started - finished - failed - returned;
  const left = total - rejected - queued - started - finished - failed;
  const unsent = { waiting: 0, cancelled: 0, [unsentStateOf(batch)]: left };
  return { total, rejected, ...unsent, queued, started, finished, failed };
}

/** Of a line that was not sent, or is to be sent again. */
export function unsentStateOf({ check, feed, control }: Batch): 'waiting' | 'cancelled' {
  const isCancelled = control === 'cancelled' || check?.refusal !== undefined || feed.problem !== undefined;
  return isCancelled ? 'cancelled' : 'waiting';
}

export function stateOf({ check, control, finishedAt }: Batch): BatchState {
  if (check === undefined) return control === 'cancelled' ? 'cancelled' : 'checking';
  if (check.refusal !== undefined) return 'refused';
  if (control === 'cancelled') return 'cancelled';
  return finishedAt === undefined ? control : 'finished';
}

/** Whether every line has ended, or never will begin. */
export function hasEnded(batch: Batch): boolean {
  const { waiting, queued, started } = countsOf(batch);
  return batch.check !== undefined && waiting + queued + started === 0;
}

/** What a batch has from its beginning. */
export type BatchFacts = Omit<Batch, 'control' | 'feed' | 'tally' | 'points'>;

/** A batch of which nothing is sent yet. */
export function newBatch(facts: BatchFacts): Batch {
  const beginning = { offset: 0, line: 1 };
  const feed = { sent: beginning.line, fed: beginning, lines: 0, isFed: false };
  return { ...facts, control: 'running', feed, tally: { started: 0, finished: 0, failed: 0, returned: 0 }, points: [] };
}

/** @param parts what makes it this batch and no other: a partner and an idempotency key, or a file's key and content */
export function batchIdOf(...parts: readonly string[]): string {
  return `b_${fingerprintOfParts(...parts).slice(0, 32)}`;
}

import type { Limits } from '../ports.ts';
import type { AskedPage } from '../request/request-lists.ts';
import type { Batch, BatchCheck, BatchControl } from './batch.ts';
import type { Upload } from './upload.ts';

/** A part of an object. */
export interface Chunk {
  /** None when nothing is left. */
  readonly bytes: Uint8Array;
  /** Bytes of the whole object. */
  readonly size: number;
}

/** The object is not there any more. */
export class UploadGone extends Error {
  override readonly name = 'UploadGone';
  readonly code = 'upload_gone';
}

/** S3 does not let this service read the object: a person has to repair that, and the upload waits for it. */
export class UploadForbidden extends Error {
  override readonly name = 'UploadForbidden';
  readonly code = 'upload_forbidden';
  readonly retryable = true;
}

/** The uploads bucket. Every method throws DependencyUnavailable when it cannot be used. */
export interface UploadStore {
  /** At most so many bytes from an offset. @throws UploadGone, UploadForbidden */
  read(upload: Upload, offset: number, length: number, limits: Limits): Promise<Chunk>;
  /** The metadata that its uploader gave an object, names in lower case. @throws UploadGone, UploadForbidden */
  metadata(upload: Upload, limits: Limits): Promise<Readonly<Record<string, string>>>;
  /** Writes an object, as long as it may be, out of pieces of text: what is held of it at once stays below 10 MB. */
  write(bucket: string, key: string, pieces: AsyncIterable<string>, limits: Limits): Promise<void>;
}

/** How often a file was begun, and since when. */
export interface FileRuns {
  /** Epoch ms at which its first run began. */
  readonly startedAt: number;
  /** Runs so far, this one included. */
  readonly runs: number;
}

export type FileClaim =
  | { readonly kind: 'claimed'; readonly runs: FileRuns }
  /** This version was registered. */
  | { readonly kind: 'finished' }
  /** Another run is at it; epoch ms until which it must be heard of again. */
  | { readonly kind: 'leased'; readonly until: number };

/** The lease that one run has on a file. */
export interface FileLease {
  readonly fileId: string;
  /** Tells one run from another. */
  readonly owner: string;
}

/** What the service remembers of a file. Every method throws DependencyUnavailable when it cannot be used. */
export interface FileLedger {
  /** @param leaseUntil epoch ms */
  claim(lease: FileLease, leaseUntil: number, limits: Limits): Promise<FileClaim>;
  /** Whether a run has begun to read this version, and none has finished. */
  isBegun(fileId: string, limits: Limits): Promise<boolean>;
  /** Prolongs the lease, or gives it up when it ends now. False when it is no longer ours. */
  prolong(lease: FileLease, leaseUntil: number, limits: Limits): Promise<boolean>;
  /** This version is not read again. False when the lease is no longer ours. */
  finish(lease: FileLease, limits: Limits): Promise<boolean>;
}

/** A request as the queue takes it. */
export interface QueuedRequest {
  readonly requestId: string;
  readonly imageId: string;
  readonly body: string;
  readonly traceparent: string;
}

export interface RequestBatches {
  /**
   * Sends at most ten requests, together at most 1 MiB.
   * @returns the indexes of those that SQS did not take
   * @throws DependencyUnavailable when none of them is known to be taken
   */
  send(requests: readonly QueuedRequest[], limits: Limits): Promise<readonly number[]>;
  /** How many requests the queue holds, waiting or being worked on; an estimate. @throws DependencyUnavailable */
  depth(limits: Limits): Promise<number>;
}

/** How the feeder learns of a new batch at once. */
export interface WakeFeeder {
  /** @throws DependencyUnavailable */
  wake(batchId: string, limits: Limits): Promise<void>;
}

/** The cells of each CSV record, or what is wrong with it. @param separator one character, which stands between two cells */
export type ParseCsv = (
  records: readonly string[],
  separator: string,
) => readonly (readonly string[] | { readonly problem: string })[];

export interface BatchPage {
  readonly batches: readonly Batch[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

/** Batches in the ledger, as the API and the upload function use them. Every method throws DependencyUnavailable. */
export interface BatchLedger {
  /** Writes the batch unless there is one with its id. Returns the batch that the ledger has then. */
  create(batch: Batch, limits: Limits): Promise<Batch>;
  /** Reads one batch, consistently. */
  find(batchId: string, limits: Limits): Promise<Batch | undefined>;
  /** Ends the check of a batch that has none yet. Returns the batch that the ledger has then. @param version of its file */
  setChecked(batchId: string, check: BatchCheck, version: string, limits: Limits): Promise<Batch | undefined>;
  /** Changes what the owner wants, unless the batch has ended, or is cancelled. Returns the batch that the ledger has then. */
  setControl(batchId: string, control: BatchControl, limits: Limits): Promise<Batch | undefined>;
  /**
   * The batches of these owners, newest first. It takes one read for each owner.
   * @param owners partners; undefined stands for the operator
   * @throws InvalidCursor
   */
  list(owners: readonly (string | undefined)[], page: AskedPage, limits: Limits): Promise<BatchPage>;
}

import type { Limits } from '../../ports.ts';
import type { BatchCheck } from '../batch.ts';
import type { Pace } from '../pace.ts';
import type { ParseCsv, UploadStore } from '../ports.ts';
import type { Refusal } from '../reading/parsed-line.ts';
import type { Upload } from '../upload.ts';
import type { WaitingRequests } from './ports.ts';

export interface CheckFileParts {
  /** Reads the file, and takes the list of its refused lines. */
  readonly store: Pick<UploadStore, 'read' | 'write'>;
  readonly parseCsv: ParseCsv;
  /** How long so many requests take; without it the batch has no pace, and is not refused for it. */
  readonly paceOf?: (requests: number, limits: Limits) => Promise<Pace>;
  /** Which images have a request waiting; without it, none is looked up. */
  readonly waitingRequests?: WaitingRequests;
}

/** What one check does beside. */
export interface CheckOptions {
  /** What is read in place of the object: a body that is not in the bucket (yet). See `inMemoryStore`. */
  readonly source?: Pick<UploadStore, 'read'>;
  /** Where the list of all refused lines is written, in the upload's bucket; nowhere on a dry run. */
  readonly rejectedKey?: string;
  /** Is told of each refused line, in their order; the next lines are read when it has resolved. */
  readonly onRefused?: (line: number, refusal: Refusal) => Promise<void>;
  /** Called every few hundred lines: keeps a lease, for example. What it throws ends the check. */
  readonly keep?: () => Promise<void>;
}

export interface CheckedFile {
  readonly check: BatchCheck;
  /**
   * SHA-256 of the file's bytes, hexadecimal. Of a file that is refused by its beginning: of what was read and of its size,
   * which is the same for the same content.
   */
  readonly sha256: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Lines that hold a request. */
  readonly accepted: number;
  /** How long they take. Absent when nothing is sent or no pace was asked for. */
  readonly pace?: Pace;
}

/**
 * Reads a request file once, from its beginning to its end, and says what would become of it. A file that cannot be read is
 * refused, not thrown: `check.refusal` says why.
 * @throws UploadGone, UploadForbidden, DependencyUnavailable, and what `onRefused` and `keep` throw
 */
export type CheckFile = (upload: Upload, limits: Limits, options?: CheckOptions) => Promise<CheckedFile>;

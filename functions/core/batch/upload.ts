import { createHash } from 'node:crypto';
import { ownTraceparent, traceIdOf } from '../trace.ts';

/** One version of one object in the uploads bucket. */
export interface Upload {
  readonly bucket: string;
  /** As it was given: with its spaces, plus signs and percents. */
  readonly key: string;
  readonly version: string;
}

/** Where a line file is to be read on. */
export interface Place {
  /** Bytes before the next line. */
  readonly offset: number;
  /** The next line's number, from 1. In a `.json` file: the next request's. */
  readonly line: number;
}

/** How far a file is done: every line before its place has been queued or refused. */
export interface Progress extends Place {
  readonly accepted: number;
  readonly rejected: number;
  /** What is to be said of the file, as far as it is read. */
  readonly warnings?: readonly string[];
  /** Epoch ms at which its first run began. */
  readonly startedAt: number;
  /** Runs so far, this one included. */
  readonly runs: number;
  /** Every line is done, and only the report is left. */
  readonly isFed: boolean;
}

export function firstProgress(startedAt: number): Progress {
  return { offset: 0, line: 1, accepted: 0, rejected: 0, startedAt, runs: 0, isFed: false };
}

/** The ledger's key of a file, and the message group of its lines that name no image. */
export function fileIdOf({ bucket, key, version }: Upload): string {
  const hash = createHash('sha256');
  for (const part of [bucket, key, version]) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return `file:${hash.digest('hex')}`;
}

const traces = new WeakMap<Upload, string>();

/** The one trace of all that a file asks for, over all its runs: an event that is announced again must not change. */
export function traceparentOf(upload: Upload): string {
  const known = traces.get(upload);
  if (known !== undefined) return known;
  const traceparent = ownTraceparent(fileIdOf(upload));
  traces.set(upload, traceparent);
  return traceparent;
}

export function loggedUpload(upload: Upload) {
  const { bucket, key, version } = upload;
  return { bucket, file: key, version, trace_id: traceIdOf(traceparentOf(upload)) };
}

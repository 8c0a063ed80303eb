import { ownTraceparent, traceIdOf } from '../trace.ts';
import { fingerprintOfParts } from './fingerprint.ts';

/** One version of one object in the uploads bucket. */
export interface Upload {
  readonly bucket: string;
  /** As it was given: with its spaces, plus signs and percents. */
  readonly key: string;
  readonly version: string;
}

/** Where to continue reading a file of lines. */
export interface Place {
  /** Bytes before the next line. */
  readonly offset: number;
  /** The next line's number, from 1. In a `.json` file: the next request's. */
  readonly line: number;
}

/** The ledger's key of a file, and the message group of its lines that name no image. */
export function fileIdOf({ bucket, key, version }: Upload): string {
  return `file:${fingerprintOfParts(bucket, key, version)}`;
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

import { batchIdOf } from '../batch.ts';
import type { Upload } from '../upload.ts';

/** Whose a request file is, by its key. */
export interface Origin {
  readonly partner?: string;
  /** Of the batch that the API has made it for; absent for a file that somebody has put into the bucket. */
  readonly batchId?: string;
  /** For people. */
  readonly name: string;
}

const OF_PARTNER = /^requests\/partners\/([^/]+)\/(.+)$/s;
const OF_BATCH = /^(?:requests\/service\/)?(b_[0-9a-f]{32})\/([^/]+)$/s;

/**
 * `requests/partners/acme/a.csv` is acme's, `requests/partners/acme/b_…/a.csv` and `requests/service/b_…/a.csv` are of batches
 * that were made over HTTP, and everything else is the operator's.
 */
export function originOf(key: string): Origin {
  const [, partner, below = key] = OF_PARTNER.exec(key) ?? [];
  const [, batchId, file] = OF_BATCH.exec(below) ?? [];
  const name = file ?? below.replace(/^requests\//, '');
  return { name, ...(partner !== undefined && { partner }), ...(batchId !== undefined && { batchId }) };
}

/** The batch of a file that somebody has put into the bucket: unchanged, it is the same one. @param more tells it from one that was refused */
export function uploadedBatchId({ bucket, key }: Upload, sha256: string, ...more: readonly string[]): string {
  return batchIdOf('file', bucket, key, sha256, ...more);
}

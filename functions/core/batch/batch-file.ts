import { uploadRequestId } from '../request/reprocess-request.ts';
import type { Batch } from './batch.ts';
import type { Upload } from './upload.ts';

/** The object that holds a batch's lines. */
export function uploadOf({ file: { bucket, key, version = '' } }: Pick<Batch, 'file'>): Upload {
  return { bucket, key, version };
}

/** The id of a line's request. @param round how often the line was sent, this time included */
export function lineIdOf(batch: Pick<Batch, 'file'>, line: number, round: number): string {
  const { bucket, key, version } = uploadOf(batch);
  return uploadRequestId(bucket, key, version, line, round);
}

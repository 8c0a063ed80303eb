import type { Limits } from '../../ports.ts';
import type { Upload } from '../upload.ts';

/** Request files, as the API writes them. Every method throws DependencyUnavailable when the bucket cannot be used. */
export interface RequestFiles {
  /** @returns the object, with the version that it has now */
  put(key: string, bytes: Uint8Array, limits: Limits): Promise<Upload>;
  /** A URL that takes the object by PUT, from whoever has it, for so many seconds. */
  uploadUrl(key: string, seconds: number): Promise<string>;
}

/** Results files, as the API hands them out. */
export interface ResultFiles {
  /** A URL that gives the object to whoever has it, for so many seconds; undefined when there is none. @throws DependencyUnavailable */
  downloadUrl(key: string, fileName: string, seconds: number, limits: Limits): Promise<string | undefined>;
}

export type RequestFormat = 'ndjson' | 'csv' | 'json';

/** Of the batch's folder, by its owner: who may put what is decided by prefix. */
function folderOf(batchId: string, partner: string | undefined): string {
  return partner === undefined ? `requests/service/${batchId}` : `requests/partners/${partner}/${batchId}`;
}

const LONGEST_STEM = 100;

/**
 * The key of a batch's request file. It ends as its format demands, however the batch is named: the format is read from it.
 * @param name the batch's
 */
export function requestKeyOf(
  { batchId, partner }: { readonly batchId: string; readonly partner?: string },
  name: string,
  format: RequestFormat,
): string {
  const ending = `.${format}`;
  const stem = name.toLowerCase().endsWith(ending) ? name.slice(0, -ending.length) : name;
  // A name that begins like a hidden file, or ends like a temporary one, would be ignored in the bucket.
  const plain = stem.replace(/[^\p{L}\p{N}._ -]+/gu, '-').replace(/^[. -]+|[ -]+$/g, '');
  return `${folderOf(batchId, partner)}/${[...plain].slice(0, LONGEST_STEM).join('') || 'requests'}${ending}`;
}

import { createHash } from 'node:crypto';
import type { UploadStore } from '../ports.ts';
import { UnreadableFile } from '../reading/file-text.ts';

/** A file of more bytes cannot be checked in one invocation. */
const MAX_FILE_BYTES = 2 * 1024 ** 3;

/** Reads a file, and computes its digest of the bytes as they pass. */
export interface DigestingStore extends Pick<UploadStore, 'read'> {
  /** Bytes of the file; undefined before anything was read. */
  readonly size: number | undefined;
  /** Of the whole file; of one that was not read to its end, of what was read and of its size. Hexadecimal. */
  digest(): string;
}

export function createDigestingStore(source: Pick<UploadStore, 'read'>): DigestingStore {
  const hash = createHash('sha256');
  let size: number | undefined;
  let done = 0;

  return {
    async read(upload, offset, length, limits) {
      const chunk = await source.read(upload, offset, length, limits);
      size ??= chunk.size;
      // The reader takes a file from its beginning to its end; only a beginning is read twice.
      const end = offset + chunk.bytes.length;
      if (offset <= done && end > done) {
        hash.update(chunk.bytes.subarray(done - offset));
        done = end;
      }
      if (size > MAX_FILE_BYTES) {
        throw new UnreadableFile(`a request file must be at most ${MAX_FILE_BYTES} bytes, got ${size}: split it`);
      }
      return chunk;
    },
    get size() {
      return size;
    },
    digest() {
      if (done !== size) hash.update(`…${size}`);
      return hash.digest('hex');
    },
  };
}

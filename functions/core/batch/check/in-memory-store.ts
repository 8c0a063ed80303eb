import type { UploadStore } from '../ports.ts';

/** Reads a file that is in memory, whatever upload it is asked for. */
export function inMemoryStore(bytes: Uint8Array): Pick<UploadStore, 'read'> {
  return {
    read: async (_upload, offset, length) => ({ bytes: bytes.subarray(offset, offset + length), size: bytes.length }),
  };
}

import { createHash } from 'node:crypto';

/** SHA-256 of several parts, in hexadecimal. */
export function fingerprintOfParts(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  // Each part is preceded by its length, so that ("a", "bc") and ("ab", "c") differ.
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}

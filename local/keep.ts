import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another running service keeps its data in the same directory. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
}

/**
 * Claims a directory for this process alone, and makes it when it is not there. The claim is a database's exclusive
 * lock, which the system drops with the process, however that ends.
 * @returns how to give it up
 * @throws DirectoryInUse
 */
export function claimDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const lock = new DatabaseSync(join(directory, 'lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new DirectoryInUse(`${directory} is in use by another running service: end that one, or choose another`, {
      cause,
    });
  }
  return () => lock.close();
}

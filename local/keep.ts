import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another running service keeps its data in the same directory. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
}

/** The directory cannot be made, or not be written to; the message says why. */
export class UnusableDirectory extends Error {
  override readonly name = 'UnusableDirectory';
}

/** What was kept there cannot be read; the message says which file, and what to do. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/** SQLite's code for what another process has locked. */
const SQLITE_BUSY = 5;

/**
 * Claims a directory for this process alone, and makes it when it is not there. The claim is a database's exclusive
 * lock, which the system drops with the process, however that ends.
 * @returns how to give it up
 * @throws DirectoryInUse, UnusableDirectory
 */
export function claimDirectory(directory: string): () => void {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true });
    lock = new DatabaseSync(join(directory, 'lock'));
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock?.close();
    if ((cause as { readonly errcode?: number }).errcode === SQLITE_BUSY) {
      const sentence = `${directory} is in use by another running service: end that one, or choose another`;
      throw new DirectoryInUse(sentence, { cause });
    }
    const sentence = `${directory} cannot be used (${(cause as Error).message}): choose a directory that can be written to`;
    throw new UnusableDirectory(sentence, { cause });
  }
  const claimed = lock;
  return () => claimed.close();
}

/**
 * Opens what was kept in a part of the directory.
 * @throws UnreadableFile when that is no database, or a broken one
 */
export async function openKept<Opened>(path: string | undefined, open: () => Promise<Opened>): Promise<Opened> {
  try {
    return await open();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (path === undefined || code !== 'ERR_SQLITE_ERROR') throw cause;
    const sentence = `${path} cannot be read (${message}): delete it to begin anew, and lose what was kept in it`;
    throw new UnreadableFile(sentence, { cause });
  }
}

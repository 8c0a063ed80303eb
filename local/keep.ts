import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another running service uses the same directory. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
}

/** The directory cannot be created or written to. The message says why. */
export class UnusableDirectory extends Error {
  override readonly name = 'UnusableDirectory';
}

/** Stored data cannot be read. The message says which file, and what to do. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/** SQLite's code for a file that another process has locked. */
const SQLITE_BUSY = 5;

/** SQLite's code for a disk without space. */
const SQLITE_FULL = 13;

/** LevelDB, which keeps the ledger, says it in its text alone. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  const inLedger = code === 'LEVEL_IO_ERROR' && error.message.includes('No space left on device');
  return code === 'ENOSPC' || errcode === SQLITE_FULL || inLedger;
}

/**
 * Claims a directory for this process alone, and creates it if it does not exist. The claim is a database's exclusive lock. The
 * system releases it when the process ends, even after a crash.
 * @returns a function that releases it
 * @throws DirectoryInUse, UnusableDirectory
 */
export function claimDirectory(directory: string): () => void {
  let lock: DatabaseSync | undefined;
  try {
    makeDirectory(resolve(directory));
    lock = new DatabaseSync(join(directory, '.lock'));
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock?.close();
    if ((cause as { readonly errcode?: number }).errcode === SQLITE_BUSY) {
      const sentence = `${directory} is in use by another running service: stop that service, or choose another directory`;
      throw new DirectoryInUse(sentence, { cause });
    }
    const sentence = `${directory} cannot be used (${(cause as Error).message}): choose a directory that can be written to`;
    throw new UnusableDirectory(sentence, { cause });
  }
  const claimed = lock;
  return () => claimed.close();
}

/** Node's own `recursive` never ends in /proc, and takes a read-only disk for a missing directory. */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  makeDirectory(dirname(path));
  mkdirSync(path);
}

/**
 * Opens stored data in a part of the directory.
 * @throws UnreadableFile when it is not a database, or a broken one. A full disk leaves the data whole, so it is not that
 */
export async function openKept<Opened>(path: string | undefined, open: () => Promise<Opened>): Promise<Opened> {
  try {
    return await open();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (path === undefined || code !== 'ERR_SQLITE_ERROR' || isDiskFull(cause)) throw cause;
    const sentence = `${path} cannot be read (${message}): delete it to start without the data in it`;
    throw new UnreadableFile(sentence, { cause });
  }
}

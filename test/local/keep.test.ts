import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { shownError } from '../../local/fail-with.ts';
import { claimDirectory, DirectoryInUse, openKept, UnreadableFile, UnusableDirectory } from '../../local/keep.ts';
import { temporaryDirectory } from './support/temporary.ts';

describe('a directory', () => {
  it('belongs to one service at a time, and is made when it is not there', async () => {
    const directory = join(await temporaryDirectory(), 'not', 'there');
    const release = claimDirectory(directory);
    expect(() => claimDirectory(directory)).toThrow(DirectoryInUse);
    expect(() => claimDirectory(directory)).toThrow(`${directory} is in use by another running service`);
    release();
    claimDirectory(directory)();
  });

  it.runIf(existsSync('/proc'))('that cannot be made is refused at once', () => {
    expect(() => claimDirectory('/proc/kept')).toThrow(UnusableDirectory);
  });

  it('that is a file, or has a broken lock, is distinguished from one in use', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, '.lock'), 'no database, and long enough to be taken for one'.repeat(100));
    expect(() => claimDirectory(directory)).toThrow(UnusableDirectory);
    expect(() => claimDirectory(directory)).toThrow(`${directory} cannot be used (file is not a database)`);
    expect(() => claimDirectory(join(directory, '.lock'))).toThrow(UnusableDirectory);
    expect(() => claimDirectory(join(directory, '.lock'))).toThrow('EEXIST: file already exists');
  });
});

describe('what was kept', () => {
  const broken = async () => void new DatabaseSync(':memory:').exec('no SQL');

  it('and is not a database is reported with its path', async () => {
    const opened = openKept('data/queues', broken);
    await expect(opened).rejects.toThrow(UnreadableFile);
    await expect(opened).rejects.toThrow(
      /^data\/queues cannot be read \(.+\): delete it to start without the data in it/,
    );
  });

  it.each([
    ['queues and events', { code: 'ERR_SQLITE_ERROR', errcode: 13 }, 'database or disk is full'],
    ['ledger', { code: 'LEVEL_IO_ERROR' }, 'IO error: data/ledger/000003.log: No space left on device'],
    ['a file', { code: 'ENOSPC' }, 'ENOSPC: no space left on device, write'],
  ])('is not blamed for a full disk, nor is its deletion advised: %s', async (_part, fields, message) => {
    const full = Object.assign(new Error(message), fields);
    await expect(openKept('data/queues', () => Promise.reject(full))).rejects.toBe(full);
    expect(shownError(full)).toBe(`the disk is full (${message}): free some space, or keep the data elsewhere`);
  });

  it('is not blamed for other errors', async () => {
    const taken = new Error('port 1 is taken');
    await expect(openKept('data/queues', () => Promise.reject(taken))).rejects.toBe(taken);
    await expect(openKept(undefined, broken)).rejects.not.toThrow(UnreadableFile);
  });
});

import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { formatOf, isTemporary } from '../functions/core/batch/file-names.ts';
import { claimDirectory, DirectoryInUse } from './keep.ts';

/** The folder that `npm start` watches unless it is given another. */
export const INBOX = join(import.meta.dirname, 'inbox');

/**
 * Claims an inbox, since two services that watched one would both upload each file.
 * @returns how to give it up; undefined when another service has it
 * @throws UnusableDirectory
 */
export function claimInbox(directory: string): (() => void) | undefined {
  try {
    return claimDirectory(directory);
  } catch (error) {
    if (error instanceof DirectoryInUse) return undefined;
    throw error;
  }
}

export interface InboxOptions {
  readonly directory: string;
  readonly s3: S3Client;
  readonly bucket: string;
  /** Takes one sentence for each upload, for each one that failed, and for each file that is none to upload. */
  readonly tell: (sentence: string) => void;
  /** Told of the key of each file before it is put there. */
  readonly onUpload?: (key: string) => void;
}

const LOOK_EVERY_MS = 250;

/**
 * Uploads each request file that is put into a folder, or changed in it, as `requests/<name>`: once it has stood still from
 * one look to the next, so that a file which is being written is not taken by halves.
 * @returns how to end it
 */
export async function watchInbox({
  directory,
  s3,
  bucket,
  tell,
  onUpload = () => {},
}: InboxOptions): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  await mkdir(directory, { recursive: true });
  const done = await look();
  let before = new Map<string, string>();

  /** What each file looks like from outside, but for hidden and temporary ones; it changes when somebody writes it. */
  async function look(): Promise<Map<string, string>> {
    const names = (await readdir(directory)).filter((name) => !isTemporary(name));
    const seen = names.map(async (name) => {
      // It may have vanished since, or point to nothing.
      const found = await stat(join(directory, name)).catch(() => undefined);
      return found?.isFile() ? [[name, `${found.size} ${found.mtimeMs}`] as const] : [];
    });
    return new Map((await Promise.all(seen)).flat());
  }

  async function upload(name: string): Promise<void> {
    const format = formatOf(name);
    if ('advice' in format) return tell(`${name} was not uploaded: ${format.advice}`);
    const Key = `requests/${name}`;
    try {
      const Body = await readFile(join(directory, name));
      onUpload(Key);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
      tell(`${name} was uploaded as ${Key}`);
    } catch (error) {
      tell(`${name} could not be uploaded: ${(error as Error).message}`);
    }
  }

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
      // The folder itself may vanish, and come back.
      const now = await look().catch(() => before);
      for (const [name, state] of now) {
        if (done.get(name) === state || before.get(name) !== state) continue;
        done.set(name, state);
        await upload(name);
      }
      before = now;
    }
  }

  const watching = watch();
  return async () => {
    stopping.abort();
    await watching;
  };
}

import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { formatOf, isTemporary } from '../functions/core/batch/reading/file-names.ts';
import { claimDirectory, DirectoryInUse } from './keep.ts';

/** The folder that `npm start` watches by default. */
export const INBOX = join(import.meta.dirname, 'inbox');

/**
 * Claims an inbox. Two services that watch the same one would both upload each file.
 * @returns a function that releases it; undefined when another service has it
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
  /** Called with one sentence for each file: uploaded, failed, or not a file to upload. */
  readonly report: (sentence: string) => void;
  /** Called with each file's key before the upload. */
  readonly onUpload?: (key: string) => void;
}

const SCAN_EVERY_MS = 250;

/**
 * Uploads each new or changed request file in a folder as `requests/<name>`. A file is uploaded when two scans in a row find it
 * unchanged, so that it is complete.
 * @returns a function that ends it
 */
export async function watchInbox({
  directory,
  s3,
  bucket,
  report,
  onUpload = () => {},
}: InboxOptions): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  await mkdir(directory, { recursive: true });
  const done = await scan();
  let before = new Map<string, string>();

  /** Size and time of each file, except hidden and temporary ones. They change when the file is written. */
  async function scan(): Promise<Map<string, string>> {
    const names = (await readdir(directory)).filter((name) => !isTemporary(name));
    const seen = names.map(async (name) => {
      // It may have been deleted, or be a broken link.
      const found = await stat(join(directory, name)).catch(() => undefined);
      return found?.isFile() ? [[name, `${found.size} ${found.mtimeMs}`] as const] : [];
    });
    return new Map((await Promise.all(seen)).flat());
  }

  async function upload(name: string): Promise<void> {
    const format = formatOf(name);
    if ('advice' in format) return report(`${name} was not uploaded: ${format.advice}`);
    const Key = `requests/${name}`;
    try {
      const Body = await readFile(join(directory, name));
      onUpload(Key);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
      report(`${name} was uploaded as ${Key}`);
    } catch (error) {
      report(`${name} could not be uploaded: ${(error as Error).message}`);
    }
  }

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(SCAN_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
      // The folder may be deleted and created again.
      const now = await scan().catch(() => before);
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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ConsoleFiles } from '../../core/console/console-file.ts';
import { etagOf } from '../../core/etag.ts';

/** The file beside the function's bundle that holds the page's files (infra/constructs/console.ts writes it). */
const CONSOLE_FILES = 'console.json';

/** As `console.json` has it: the content is compressed by gzip, in Base64. */
interface StoredFile {
  readonly name: string;
  readonly contentType: string;
  readonly gzip: string;
}

/** @param folder of the function's code. @throws Error when it holds no page */
export function readConsoleFiles(folder: string): ConsoleFiles {
  const stored = JSON.parse(readFileSync(join(folder, CONSOLE_FILES), 'utf8')) as readonly StoredFile[];
  return new Map(
    stored.map(({ name, contentType, gzip }) => {
      const plain = () => gunzipSync(Buffer.from(gzip, 'base64')).toString('base64');
      return [name, { contentType, gzip, etag: etagOf(gzip), plain }];
    }),
  );
}

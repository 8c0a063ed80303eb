import { parseCsv } from '../../functions/adapters/csv/parse-csv.ts';
import {
  type CheckedFile,
  type CheckFileParts,
  type CheckOptions,
  createCheckFile,
} from '../../functions/core/batch/check/check-file.ts';
import { inMemoryStore } from '../../functions/core/batch/check/in-memory-store.ts';

const limits = { deadline: Number.MAX_SAFE_INTEGER, signal: new AbortController().signal };

/** What a check wrote beside. */
export interface Checked extends CheckedFile {
  readonly written: Readonly<Record<string, string>>;
}

/** Checks a file that is in memory. @param name of the file, without its prefix */
export async function check(
  name: string,
  content: string | Uint8Array,
  options: CheckOptions = {},
  parts: Partial<CheckFileParts> = {},
): Promise<Checked> {
  const written: Record<string, string> = {};
  const store: CheckFileParts['store'] = {
    ...inMemoryStore(Buffer.from(content)),
    async write(bucket, key, pieces) {
      written[`${bucket}/${key}`] = '';
      for await (const piece of pieces) written[`${bucket}/${key}`] += piece;
    },
  };
  const checkFile = createCheckFile({ store, parseCsv, ...parts });
  const upload = { bucket: 'uploads', key: `requests/${name}`, version: 'v1' };
  return { ...(await checkFile(upload, limits, options)), written };
}

export function ndjson(...requests: readonly unknown[]): string {
  return requests.map((request) => `${JSON.stringify(request)}\n`).join('');
}

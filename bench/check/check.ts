// node bench/check/check.ts FILE: checks one file, and prints CheckFigures as JSON.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { parseCsv } from '../../functions/adapters/csv/parse-csv.ts';
import { createCheckFile } from '../../functions/core/batch/check/check-file.ts';
import { peakMb } from '../machine/peak-memory.ts';

/** What checking one file came to. */
export interface CheckFigures {
  readonly seconds: number;
  readonly peakMb: number;
  readonly total: number;
  readonly rejected: number;
  readonly repeatedImages: number;
}

const [path = ''] = process.argv.slice(2);
const file = openSync(path, 'r');
const { size } = fstatSync(file);

// The file stands in for the bucket: reading a part of it costs nothing that the function would keep.
const store = {
  async read(_upload: unknown, offset: number, length: number) {
    const bytes = Buffer.alloc(Math.min(length, size - offset));
    readSync(file, bytes, 0, bytes.length, offset);
    return { bytes, size };
  },
  async write(_bucket: string, _key: string, pieces: AsyncIterable<string>) {
    for await (const _ of pieces);
  },
};
const checkFile = createCheckFile({ store, parseCsv });
const limits = { deadline: Number.MAX_SAFE_INTEGER, signal: new AbortController().signal };
const begun = performance.now();
const upload = { bucket: 'bench', key: `requests/${basename(path)}`, version: 'v' };
const { check } = await checkFile(upload, limits, { rejectedKey: 'reports/rejected.ndjson' });
const figures: CheckFigures = {
  seconds: (performance.now() - begun) / 1000,
  peakMb: peakMb(),
  total: check.total,
  rejected: check.rejected,
  repeatedImages: check.repeatedImages,
};
closeSync(file);
console.log(JSON.stringify(figures));

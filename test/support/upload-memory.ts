// node test/support/upload-memory.ts KIND LINES: checks a large file, and prints what came of it as JSON. In a process of its own, whose memory is that of the reading and of nothing else; the file is made as it is read.

import { peakMb } from '../../bench/machine/peak-memory.ts';
import { parseCsv } from '../../functions/adapters/csv/parse-csv.ts';
import { createCheckFile } from '../../functions/core/batch/check/check-file.ts';

/** What checking a file came to. */
export interface MemoryFigures {
  readonly peakMb: number;
  /** Lines of the list of those that were rejected, and its bytes. */
  readonly listed: number;
  readonly listBytes: number;
  readonly rejected: number;
  readonly rejections: readonly unknown[];
}

// Every line of a file is the same, so that any part of it can be told from its offset.
const KINDS: Readonly<
  Record<string, { readonly key: string; readonly head: string; readonly line: string; readonly tail: string }>
> = {
  bad: { key: 'requests/bad.ndjson', head: '', line: `not json ${'x'.repeat(90)}\n`, tail: '' },
  blank: { key: 'requests/blank.ndjson', head: '', line: '\n', tail: 'bad' },
  numbers: { key: 'requests/numbers.json', head: '[1', line: ',1', tail: ']' },
};

const [kind = '', count = ''] = process.argv.slice(2);
const { key, head, line, tail } = KINDS[kind] as (typeof KINDS)[string] & object;
const bodyBytes = line.length * Number(count);
const size = head.length + bodyBytes + tail.length;

async function read(_upload: unknown, offset: number, length: number) {
  const bytes = Buffer.alloc(Math.min(length, size - offset));
  const shift = (((offset - head.length) % line.length) + line.length) % line.length;
  bytes.fill(line.slice(shift) + line.slice(0, shift));
  if (offset < head.length) bytes.write(head.slice(offset));
  if (offset + bytes.length === size) bytes.write(tail, bytes.length - tail.length);
  return { bytes, size };
}

let listed = 0;
let listBytes = 0;
async function write(_bucket: string, _key: string, pieces: AsyncIterable<string>) {
  for await (const piece of pieces) {
    listed += piece.split('\n').length - 1;
    listBytes += piece.length;
  }
}

const checkFile = createCheckFile({ store: { read, write }, parseCsv });
const limits = { deadline: Number.MAX_SAFE_INTEGER, signal: new AbortController().signal };
const { check } = await checkFile({ bucket: 'b', key, version: 'v' }, limits, { rejectedKey: 'list' });
const { rejected, rejections } = check;
console.log(JSON.stringify({ peakMb: peakMb(), listed, listBytes, rejected, rejections } satisfies MemoryFigures));

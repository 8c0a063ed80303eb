// npm run bench:check [-- LINES]: request files of a million lines, checked as the functions check them. Each file is checked
// by a process of its own, whose memory is that of the check and of nothing else.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../local/args.ts';
import { failWith } from '../local/fail-with.ts';
import type { CheckFigures } from './check/check.ts';
import { writeRequestFile } from './check/request-file.ts';

const USAGE = `npm run bench:check -- [LINES]

  Checks request files of a tenth of LINES and of LINES (1000000 unless given),
  in each format, of one kind after the other, and measures it.
  plain: a line for each image. mixed: a line in 10 names an image that another
  one names, a line in 100 is refused, every line has a field with a typing error
  and metadata of its own.`;

if (process.argv.includes('--help')) {
  console.log(USAGE);
  process.exit(0);
}
const LINES = readLines(process.argv[2] ?? '1000000');
const MAX_MEMORY_MB = 300;
const MIN_LINES_A_SECOND = 15_000;

console.log('lines      kind   format  lines a second  peak memory  refused  repeated images');
let isWithin = true;
for (const lines of [LINES / 10, LINES]) {
  for (const kind of ['plain', 'mixed']) {
    for (const format of ['ndjson', 'csv']) {
      const { seconds, peakMb, rejected, repeatedImages, total } = await check(kind, format, lines);
      isWithin &&= total === lines && peakMb <= MAX_MEMORY_MB && lines / seconds >= MIN_LINES_A_SECOND;
      const row = [
        lines.toLocaleString('en').padEnd(10),
        kind.padEnd(6),
        format.padEnd(7),
        Math.round(lines / seconds)
          .toLocaleString('en')
          .padEnd(15),
        `${Math.round(peakMb)} MB`.padEnd(12),
        rejected.toLocaleString('en').padEnd(8),
        repeatedImages.toLocaleString('en'),
      ];
      console.log(row.join(' '));
    }
  }
}
process.exit(isWithin ? 0 : 1);

/** The smaller of the two files has a tenth of it. */
function readLines(word: string): number {
  if (/^[1-9]\d*0$/.test(word)) return Number(word);
  failWith(new UsageError(`LINES must be a multiple of 10, got ${word}`));
}

async function check(kind: string, format: string, lines: number): Promise<CheckFigures> {
  const path = join(tmpdir(), `bench-${process.pid}.${format}`);
  writeRequestFile(path, { format, lines, isMixed: kind === 'mixed' });
  // As in a function of 512 MB. A machine with more memory lets garbage grow by what it has.
  const flags = [`--max-old-space-size=${MAX_MEMORY_MB / 2}`, '--max-semi-space-size=8'];
  const args = [...flags, join(import.meta.dirname, 'check/check.ts'), path];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  rmSync(path);
  return JSON.parse(output) as CheckFigures;
}

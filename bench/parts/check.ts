import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { CheckFigures } from '../check/check.ts';
import { writeRequestFile } from '../check/request-file.ts';
import { heapFlags } from '../function/heap-flags.ts';
import { onFunctionCore } from '../machine/pinning.ts';
import type { Report } from '../report.ts';

const LINES = 1_000_000;
const KINDS = ['plain', 'mixed'] as const;
const FORMATS = ['ndjson', 'csv'] as const;
const CHECK = join(import.meta.dirname, '../check/check.ts');

/** Request files, each checked by a process of its own, whose memory is that of the check and of nothing else. */
export async function measureCheck({ variants }: Bench): Promise<Report> {
  const { memoryMb } = variants.uploadTrigger;
  const files = KINDS.flatMap((kind) => FORMATS.map((format) => ({ kind, format })));
  const checked: { readonly name: string; readonly figures: CheckFigures }[] = [];
  for (const { kind, format } of files) {
    const path = join(tmpdir(), `bench-${process.pid}.${format}`);
    writeRequestFile(path, { format, lines: LINES, isMixed: kind === 'mixed' });
    const figures = await check(path, memoryMb);
    rmSync(path);
    if (figures.total !== LINES) throw new Error(`${figures.total} lines were found in place of ${LINES}`);
    checked.push({ name: `${kind}, ${format}`, figures });
  }
  const speeds = checked.map(({ figures }) => LINES / figures.seconds);
  return {
    title: `Checking a file of ${LINES.toLocaleString('en')} lines`,
    columns: ['file', 'lines a second', 'MB at most', 'refused', 'repeated images'],
    rows: checked.map(({ name, figures: { peakMb, rejected, repeatedImages } }, index) => {
      return [name, Math.round(speeds[index] ?? 0), peakMb, rejected, repeatedImages];
    }),
    notes: [
      `On a whole core, in a process with the heap’s bounds that Lambda’s Node runtime gives a function of ${memoryMb} MB: \`${heapFlags(memoryMb).join(' ')}\`. Plain: a line for each image. Mixed: a line in 10 names an image that another one names, a line in 100 is refused, every line has a field with a typing error and metadata of its own.`,
    ],
    goals: [
      { goal: 'lines a second', value: Math.min(...speeds), atLeast: 15_000 },
      { goal: 'memory, MB', value: Math.max(...checked.map(({ figures }) => figures.peakMb)), atMost: 300 },
    ],
  };
}

async function check(path: string, memoryMb: number): Promise<CheckFigures> {
  const [file = '', ...args] = onFunctionCore([process.execPath, ...heapFlags(memoryMb), CHECK, path]);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  return JSON.parse(output) as CheckFigures;
}

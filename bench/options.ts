import { parseArgs } from 'node:util';
import { UsageError } from '../local/args.ts';
import type { Bench } from './bench.ts';
import { measureBatch } from './parts/batch.ts';
import { measureBulk } from './parts/bulk.ts';
import { measureCheck } from './parts/check.ts';
import { measureCold } from './parts/cold.ts';
import { measureCounts } from './parts/counts.ts';
import { measureFairness } from './parts/fairness.ts';
import { measureFlood } from './parts/flood.ts';
import { measureGrowth } from './parts/growth.ts';
import { measureHttpEntry } from './parts/http-entry.ts';
import { measureLookup } from './parts/lookup.ts';
import type { Report } from './report.ts';

interface Part {
  readonly measure: (bench: Bench) => Promise<Report>;
  /** This process keeps to one core and leaves another to the function. */
  readonly onOneCore: boolean;
}

export const PARTS = {
  cold: { measure: measureCold, onOneCore: true },
  batch: { measure: measureBatch, onOneCore: true },
  counts: { measure: measureCounts, onOneCore: true },
  http: { measure: measureHttpEntry, onOneCore: false },
  growth: { measure: measureGrowth, onOneCore: true },
  check: { measure: measureCheck, onOneCore: true },
  lookup: { measure: measureLookup, onOneCore: true },
  flood: { measure: measureFlood, onOneCore: true },
  bulk: { measure: measureBulk, onOneCore: false },
  fairness: { measure: measureFairness, onOneCore: false },
} satisfies Record<string, Part>;

type PartName = keyof typeof PARTS;

export const USAGE = `npm run bench -- [parts] [--full] [--document] [--runtime PATH]

  Measures the functions beside other ways to build the same.

  parts           some of ${Object.keys(PARTS).join(', ')}; all unless given
  --full          more rounds and longer ones
  --document      also puts the tables into docs/performance.md
  --runtime PATH  the Node, or Lambda's bootstrap, that runs the functions
  --help          shows this`;

export interface Options {
  readonly parts: readonly PartName[];
  readonly runtime: string;
  readonly full: boolean;
  /** Also puts the tables into docs/performance.md. */
  readonly document: boolean;
}

const NAMES = Object.keys(PARTS) as readonly PartName[];

/** @throws UsageError that says what is allowed */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = wordsOf(args);
  const parts = positionals.map((name) => {
    const part = NAMES.find((known) => known === name);
    if (part === undefined) throw new UsageError(`a part must be one of ${NAMES.join(', ')}, got ${name}`);
    return part;
  });
  const runtime = values.runtime ?? process.execPath;
  return {
    parts: parts.length > 0 ? parts : NAMES,
    runtime,
    full: values.full ?? false,
    document: values.document ?? false,
  };
}

function wordsOf(args: readonly string[]) {
  const options = { runtime: { type: 'string' }, full: { type: 'boolean' }, document: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const [reason] = (error as Error).message.split('. ');
    throw new UsageError(`${reason}; there are --full, --document, --runtime and --help`);
  }
}

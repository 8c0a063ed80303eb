import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { failWith } from '../local/fail-with.ts';
import type { Bench } from './bench.ts';
import { writeIntoDocument } from './document.ts';
import { canPin, pinToServerCore, unpin } from './machine/pinning.ts';
import { type Options, PARTS, parseOptions, USAGE } from './options.ts';
import { printed, type Report } from './report.ts';
import { startServers } from './servers/servers.ts';
import { buildVariants } from './variants.ts';

const RESULTS = join(import.meta.dirname, 'results.json');

const { parts, runtime, full, document } = readOptions();
// So that what is tidied up at the exit is tidied up then too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const servers = await startServers();
try {
  const bench: Bench = { servers, variants: await buildVariants(servers), runtime, full };
  const reports: Report[] = [];
  for (const name of parts) {
    const { measure, onOneCore } = PARTS[name];
    if (onOneCore) pinToServerCore();
    else unpin();
    const report = await measure(bench);
    reports.push(report);
    process.stdout.write(`${printed(report)}\n\n`);
    if (document) writeIntoDocument(name, printed(report));
  }
  const machine = { processor: cpus()[0]?.model, cores: cpus().length, pinned: canPin, node: process.version, runtime };
  writeFileSync(RESULTS, `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, reports }, null, 2)}\n`);
} finally {
  servers.close();
}

function readOptions(): Options {
  if (process.argv.includes('--help')) {
    console.log(USAGE);
    process.exit(0);
  }
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    failWith(error);
  }
}

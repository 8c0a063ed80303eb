import { account } from './accounting.ts';
import { runManySeeds } from './many-seeds.ts';
import { BadOption, type ChaosOptions, HELP, parseOptions } from './options.ts';
import { entriesFor, runSeed } from './run-seed.ts';
import { planScenario } from './scenario.ts';
import { shrink } from './shrink.ts';
import { type Summary, summaryOf } from './summary.ts';
import { isKept, tableOf } from './table.ts';
import { faultScheduleText, findingsOf, timelineOf } from './timeline.ts';
import { entriesOf } from './two-versions.ts';

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'number') return options;
  const startedAt = performance.now();
  const { first, seeds, requests, isVerbose } = options;
  const summary = isVerbose
    ? await printRun(options)
    : await runManySeeds({ ...options, onProgress: showProgress(seeds) });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const which = seeds === 1 ? `seed ${first}` : `seeds ${first} to ${first + seeds - 1}`;
  process.stdout.write(tableOf(summary, `chaos: ${which}, ${requests} requests each, ${seconds} s`));
  if (isKept(summary)) return 0;
  if (isVerbose) await printShrunk(summary, options);
  else process.stdout.write('npm run chaos -- --seed N shows everything that happened in one of them, and why\n');
  return 1;
}

/** What the first run that failed needs to fail. */
async function printShrunk({ failed }: Summary, { requests, beside }: ChaosOptions): Promise<void> {
  const [first] = failed;
  if (first === undefined) return;
  const { seed, rule } = first;
  process.stderr.write(`looking for the fewest faults with which seed ${seed} fails\n`);
  const others = beside === undefined ? undefined : await entriesOf(beside);
  const entries = () => entriesFor(String(seed), others);
  const planned = planScenario(String(seed), requests);
  const { scenario, faults, simulation } = await shrink(planned, String(seed), rule, entries);
  const { breaches } = account(simulation, scenario);
  const lines = [
    `seed ${seed} breaks it with nothing but`,
    ...[...faults, ...scenario.submissions.map(({ ref }) => ref), ...scenario.batches.map(({ ref }) => ref)],
    ...timelineOf(simulation.facts, scenario.start),
    ...findingsOf({ breaches, notes: [] }, scenario.start),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Returns an exit code where there is nothing to run. */
function readOptions(): ChaosOptions | number {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options !== 'help') return options;
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof BadOption)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function printRun({ first: seed, requests, beside }: ChaosOptions) {
  const run = await runSeed(seed, requests, beside === undefined ? undefined : await entriesOf(beside));
  const { facts, scenario, account } = run;
  const parts = [faultScheduleText(scenario), timelineOf(facts, scenario.start), findingsOf(account, scenario.start)];
  const lines = parts.flatMap((part) => [...part, '']);
  process.stdout.write(`${lines.join('\n')}\n`);
  return summaryOf(run, seed);
}

const PROGRESS_EVERY = 100;

function showProgress(seeds: number): (ended: number) => void {
  return (ended) => {
    if (ended % PROGRESS_EVERY === 0 && ended < seeds) process.stderr.write(`${ended} of ${seeds} runs\n`);
  };
}

// A reader that closes the pipe (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await main();

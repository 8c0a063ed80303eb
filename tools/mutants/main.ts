import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { AREAS } from './areas.ts';
import { type Area, type Mutant, PatchDoesNotFit } from './mutant.ts';
import { copyProject, type ProjectCopy } from './project-copy.ts';
import { endTests, runTests, type TestRun } from './run-tests.ts';

const ROOT = join(import.meta.dirname, '../..');

const HELP = `npm run mutants              breaks the code in each way of the list, and says which test notices
npm run mutants -- NAME ...  runs these alone, by their names or the names of areas
npm run mutants -- --list    lists them

Works in a copy of the project. Ends with 1 when a mutant is not noticed, with 2 when it could not run.
`;

/** Of a usual machine for tests; each copy runs one mutant at a time. */
const MOST_COPIES = 2;

interface Result {
  readonly area: string;
  readonly isNoticed: boolean;
  readonly seconds: number;
}

interface Chosen {
  readonly area: string;
  readonly mutant: Mutant;
}

async function main(names: readonly string[]): Promise<number> {
  if (names.includes('--help')) return say(HELP);
  if (names.includes('--list')) return say(AREAS.map(listOf).join('\n'));
  const all = AREAS.flatMap(({ name: area, mutants }) => mutants.map((mutant): Chosen => ({ area, mutant })));
  const known = new Set(all.flatMap(({ area, mutant }) => [area, mutant.name]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) return fail(`there is no mutant or area ${unknown.join(', ')}: npm run mutants -- --list`);
  const isChosen = ({ area, mutant }: Chosen) => names.includes(area) || names.includes(mutant.name);
  return runAll(names.length === 0 ? all : all.filter(isChosen));
}

async function runAll(chosen: readonly Chosen[]): Promise<number> {
  const startedAt = performance.now();
  const count = Math.min(MOST_COPIES, availableParallelism(), chosen.length);
  const copies = Array.from({ length: count }, () => copyProject(ROOT));
  const stop = () => {
    endTests();
    for (const copy of copies) copy.remove();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop();
      process.exit(1);
    });
  }
  try {
    const [first] = copies;
    const files = [...new Set(chosen.flatMap(({ mutant }) => mutant.tests))];
    const untouched = first && (await runTests(first.folder, files));
    if (untouched?.kind !== 'passed')
      return fail(`the tests must pass before anything is broken, got ${shown(untouched)}`);
    const waiting = [...chosen];
    const results: Result[] = [];
    await Promise.all(copies.map((copy) => work(copy, waiting, results)));
    say(`\n${tableOf(results, (performance.now() - startedAt) / 1000)}`);
    return results.every(({ isNoticed }) => isNoticed) ? 0 : 1;
  } catch (error) {
    if (error instanceof PatchDoesNotFit) return fail(error.message);
    throw error;
  } finally {
    stop();
  }
}

/** Takes one mutant after the other until none is left. */
async function work(copy: ProjectCopy, waiting: Chosen[], results: Result[]): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { area, mutant } = next;
    const startedAt = performance.now();
    const restore = copy.apply(mutant);
    const run = await runTests(copy.folder, mutant.tests, { isBroken: true }).finally(restore);
    const seconds = (performance.now() - startedAt) / 1000;
    const isNoticed = run.kind === 'failed';
    results.push({ area, isNoticed, seconds });
    const verdict = isNoticed ? styleText('green', 'noticed    ') : styleText('red', 'NOT NOTICED');
    say(`${verdict} ${mutant.name} (${seconds.toFixed(1)} s)\n            ${shown(run)}\n`);
  }
}

function shown(run: TestRun | undefined): string {
  if (run?.kind === 'failed') return `${run.file}: ${run.test}`;
  return run?.kind === 'broken' ? run.why : 'every test passed';
}

function listOf({ name, mutants }: Area): string {
  return [name, ...mutants.map((mutant) => `  ${mutant.name.padEnd(60)} ${mutant.file}`), ''].join('\n');
}

function tableOf(results: readonly Result[], seconds: number): string {
  const row = (name: string, of: readonly Result[], time: number) =>
    `${name.padEnd(14)}${String(of.length).padStart(8)}${String(of.filter(({ isNoticed }) => isNoticed).length).padStart(9)}${time.toFixed(0).padStart(9)}`;
  const areas = AREAS.map(({ name }) => [name, results.filter(({ area }) => area === name)] as const);
  const rows = areas.filter(([, of]) => of.length > 0).map(([name, of]) => row(name, of, secondsOf(of)));
  return [`${'area'.padEnd(14)} mutants  noticed  seconds`, ...rows, row('all', results, seconds), ''].join('\n');
}

const secondsOf = (results: readonly Result[]) => results.reduce((sum, { seconds }) => sum + seconds, 0);

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(text: string): number {
  process.stderr.write(`${text}\n`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));

import { onlyStage, parsePlace, parseWords } from '../../../../operate/arguments.ts';
import type { Place } from '../place.ts';
import { beginChecks } from './checks.ts';
import { findDeployment } from './deployment.ts';
import type { Finding } from './finding.ts';

export const USAGE = `npm run smoke -- --stage STAGE

  --stage STAGE  a deployed stage, or local for the service that npm start runs on this machine
  --port N       of the stage local, if npm start was given one
  --help         shows this`;

export async function run(args: readonly string[]): Promise<number> {
  const verdicts = await smoke(parseSmoke(args));
  const count = (wanted: Finding['verdict']) => verdicts.filter((verdict) => verdict === wanted).length;
  console.log(`\n${count('ok')} ok, ${count('warning')} to look at, ${count('failed')} failed`);
  return count('failed') > 0 ? 1 : 0;
}

function parseSmoke(args: readonly string[]): Place {
  const { words, options } = parseWords(args, { values: ['stage', 'port'] }, USAGE);
  return parsePlace(onlyStage(options.stage, words), options.port);
}

async function smoke(place: Place): Promise<readonly Finding['verdict'][]> {
  const { deployment, finding } = await findDeployment(place);
  const verdicts = [show('stacks', finding)];
  const checks = deployment === undefined ? [] : beginChecks(place, deployment);
  for (const check of checks) verdicts.push(show(check.name, await check.finding));
  return verdicts;
}

function show(name: string, { verdict, detail }: Finding): Finding['verdict'] {
  console.log(`${verdict.padEnd(8)} ${name.padEnd(16)} ${detail}`);
  return verdict;
}

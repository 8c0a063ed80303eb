import { unlessStopped } from '../../command-error.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../exit-code.ts';
import { placeOf } from '../place.ts';
import { beginChecks } from './checks.ts';
import { findDeployment } from './deployment.ts';
import type { Finding } from './finding.ts';

const STOPPED = 'stopped before everything was checked: a check changes nothing, so run the same command again';

/** `smoke` */
export async function run({ options, output, signal }: Context): Promise<ExitCode> {
  const place = placeOf(options);
  const verdicts: Finding['verdict'][] = [];
  const show = (check: string, { verdict, detail }: Finding) => {
    verdicts.push(verdict);
    output.data({ check, verdict, detail }, () => `${verdict.padEnd(8)} ${check.padEnd(16)} ${detail}`);
  };
  const { deployment, finding } = await unlessStopped(signal, STOPPED, findDeployment(place));
  show('stacks', finding);
  for (const check of deployment === undefined ? [] : beginChecks(place, deployment)) {
    show(check.name, await unlessStopped(signal, STOPPED, check.finding));
  }
  const count = (wanted: Finding['verdict']) => verdicts.filter((verdict) => verdict === wanted).length;
  output.say(`${count('ok')} ok, ${count('warning')} to look at, ${count('failed')} failed`);
  return count('failed') > 0 ? EXIT.failed : EXIT.finished;
}

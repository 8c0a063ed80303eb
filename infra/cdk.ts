// npm run deploy -- --stage <stage> [options of cdk deploy], and npm run diff likewise
import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import type { Command } from './cdk-command.ts';
import { sentenceOfAny, withUserErrors } from './user-error.ts';

await withUserErrors(
  sentenceOfAny('InconsistentStages', 'UnreadableContext', 'UnknownStage', 'NotDeployable'),
  async () => {
    const { cdkCommand, usageOf } = await import('./cdk-command.ts');
    const [first, ...words] = process.argv.slice(2);
    const action = first === 'diff' ? 'diff' : 'deploy';
    if (!words.includes('--help')) return run(cdkCommand(action, words));
    console.log(usageOf(action));
    return 0;
  },
);

function run({ args, afterwards, env }: Command): number {
  const status = runNode(args, env);
  if (status !== 0 || afterwards === undefined) return status;
  if (runNode(afterwards, env) !== 0)
    console.error('the stage is deployed; old versions of functions were left behind');
  return 0;
}

function runNode(args: readonly string[], env: Command['env']): number {
  // cdk.json says `node infra/app.ts`: that must be the Node which runs this, whatever else the machine has.
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const { status, error } = spawnSync(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env, PATH: path },
  });
  if (error) throw error;
  return status ?? 1;
}

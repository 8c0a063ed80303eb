// npm run deploy -- <stage> [options of cdk deploy]
import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import type { Command } from './deploy-command.ts';
import { plainly } from './plainly.ts';

await plainly(['InconsistentStages', 'UnknownStage'], async () => {
  const { deployCommand } = await import('./deploy-command.ts');
  return run(deployCommand(process.argv.slice(2)));
});

function run({ args, env }: Command): number {
  // cdk.json says `node infra/app.ts`: that must be the Node which runs this, whatever else the machine has.
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const { status, error } = spawnSync(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env, PATH: path },
  });
  if (error) throw error;
  return status ?? 1;
}

// npm run deploy -- <stage> [options of cdk deploy]
import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { type Command, deployCommand } from './deploy-command.ts';

try {
  process.exitCode = run(deployCommand(process.argv.slice(2)));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

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

// npm run partner: who may call a stage's HTTP API.
import { runCommand } from './command.ts';

await runCommand(async () => {
  const [{ USAGE }, { run }] = await Promise.all([import('./partner/arguments.ts'), import('./partner/run.ts')]);
  return { USAGE, run };
});

// npm run destroy -- --stage <stage>: deletes a stage's stacks in their order.
import { runCommand } from './command.ts';

await runCommand(async () => {
  const [{ USAGE }, { run }] = await Promise.all([import('./destroy/options.ts'), import('./destroy/run.ts')]);
  return { USAGE, run };
});

// npm run partner: who may call a stage's HTTP API.
import { runCommand } from './command.ts';

await runCommand(async () => {
  const [{ USAGE }, { run }] = await Promise.all([
    import('../cli/src/aws/partner/arguments.ts'),
    import('../cli/src/aws/partner/run.ts'),
  ]);
  return { USAGE, run };
});

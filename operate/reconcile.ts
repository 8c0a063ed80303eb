// npm run reconcile -- --stage <stage>: hands in the uploads of whose events the service has never heard.
import { runCommand } from './command.ts';

await runCommand(async () => {
  const [{ USAGE }, { run }] = await Promise.all([import('./reconcile/options.ts'), import('./reconcile/run.ts')]);
  return { USAGE, run };
});

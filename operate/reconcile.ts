// npm run reconcile -- --stage <stage>: hands in the uploads of whose events the service has never heard.
import { runCommand } from './command.ts';

await runCommand(async () => {
  const [{ USAGE }, { run }] = await Promise.all([
    import('../cli/src/aws/reconcile/options.ts'),
    import('../cli/src/aws/reconcile/run.ts'),
  ]);
  return { USAGE, run };
});

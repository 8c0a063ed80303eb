// npm run resubmit -- --stage <stage> [options] [request ids]: sends failed requests again.
import { runCommand } from './command.ts';

await runCommand(async () => {
  const [{ USAGE }, { run }] = await Promise.all([
    import('../cli/src/aws/dead/options.ts'),
    import('../cli/src/aws/dead/run.ts'),
  ]);
  return { USAGE, run };
});

// npm run resubmit -- --stage <stage> [options] [request ids]: sends failed requests again.
import { runCommand } from './command.ts';

await runCommand(async () => {
  const [{ USAGE }, { run }] = await Promise.all([import('./resubmit/options.ts'), import('./resubmit/run.ts')]);
  return { USAGE, run };
});

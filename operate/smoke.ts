// npm run smoke -- --stage <stage>: whether a stage works as far as can be seen without asking for an enhancement.
import { runCommand } from './command.ts';

await runCommand(() => import('../cli/src/aws/smoke/run.ts'));

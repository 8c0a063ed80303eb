// npm run rollback -- --stage <stage>: takes the last deploy's versions of the functions out of use.
import { runCommand } from './command.ts';

await runCommand(() => import('./versions/rollback.ts'));

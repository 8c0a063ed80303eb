// Run by npm run deploy when it is done: deletes the versions of functions that are of no use any more.
import { runCommand } from './command.ts';

await runCommand(() => import('./versions/prune.ts'));

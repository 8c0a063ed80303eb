import type { Command } from 'commander';
import { addSetOptions } from './set-options.ts';
import type { Act } from './verb.ts';

export function addRequests(program: Command, act: Act): void {
  const submit = program
    .command('submit')
    .argument('<id...>', 'images')
    .description('have images processed again, one by one')
    .option('--wait', 'wait until each image is finished')
    .option('--timeout <seconds>', 'stop waiting after this time', '600')
    .option('--yes', 'do not ask');
  addSetOptions(submit).action(act(() => import('../request/submit.ts')));
  program
    .command('image')
    .argument('<id>')
    .description('the requests for an image, newest first')
    .option('--limit <n>', 'how many, or all', '20')
    .action(act(() => import('../request/image.ts')));
  program
    .command('revert')
    .argument('<id>', 'an image')
    .description('put an image back to the settings before its last request')
    .option('--wait', 'wait until it is finished')
    .option('--timeout <seconds>', 'stop waiting after this time', '600')
    .option('--dry-run', 'show what would change, and send nothing')
    .option('--yes', 'do not ask')
    .action(act(() => import('../request/revert.ts')));
  addRequest(program, act);
}

function addRequest(program: Command, act: Act): void {
  const request = program
    .command('request')
    .description('look up requests, and send failed ones again')
    .helpCommand(false);
  request
    .command('list')
    .description('requests, newest first')
    .option(
      '--state <state>',
      'queued, waiting, started, finished or failed; or, of the call alone, accepted or succeeded',
    )
    .option('--code <code>', 'a failure code, such as not_found')
    .option('--source <source>', 'http, sqs or upload')
    .option('--image <id>', 'of one image')
    .option('--partner <name>', "a partner's alone, for an operator")
    .option('--since <time>', 'accepted since then: 2026-11-22, 2026-11-22T10:00:00Z, or 30m, 6h, 2d')
    .option('--limit <n>', 'how many, or all', '20')
    .action(act(() => import('../request/list.ts')));
  request
    .command('show')
    .argument('<id>')
    .description('one request and what became of it')
    .action(act(() => import('../request/show.ts')));
  request
    .command('retry')
    .argument('<id...>')
    .description('send failed requests again, each as a new one')
    .option('--yes', 'do not ask')
    .action(act(() => import('../request/retry.ts')));
}

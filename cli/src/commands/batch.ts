import type { Command } from 'commander';
import { addSetOptions } from './set-options.ts';
import { type Act, collect } from './verb.ts';

export function addBatch(program: Command, act: Act): void {
  const batch = program.command('batch').description('hand over, follow and steer batches').helpCommand(false);
  addCreate(batch, act);
  batch
    .command('list')
    .description('batches, newest first')
    .option('--state <state>', 'checking, running, paused, finished, cancelled or refused')
    .option('--partner <name>', "a partner's alone, for an operator")
    .option('--limit <n>', 'how many, or all', '20')
    .action(act(() => import('../batch/list.ts')));
  batch
    .command('show')
    .argument('<id>')
    .description('one batch; with --lines what became of its lines')
    .option('--lines', 'its lines too')
    .option(
      '--state <state>',
      'only lines in this state: rejected, waiting, queued, started, finished, failed, cancelled',
    )
    .option('--code <code>', 'only lines with this code')
    .option('--limit <n>', 'how many lines, or all', '20')
    .action(act(() => import('../batch/show.ts')));
  batch
    .command('watch')
    .argument('<id>')
    .description('follow a batch until every line has ended')
    .option('--timeout <seconds>', 'stop waiting after this time')
    .action(act(() => import('../batch/watch.ts')));
  batch
    .command('retry')
    .argument('<id>')
    .description('send the failed lines of a batch again, as a new batch')
    .option('--watch', 'follow it until every line has ended')
    .option('--yes', 'do not ask')
    .action(act(() => import('../batch/retry.ts')));
  batch
    .command('results')
    .argument('<id>')
    .description('the rows as they came, with what became of each')
    .option('-o, --output <file>', 'write them into a file')
    .option('--force', 'overwrite the file')
    .action(act(() => import('../batch/results.ts')));
  addSteering(batch, act);
}

function addCreate(batch: Command, act: Act): void {
  const create = batch
    .command('create')
    .argument('[file]', 'a request file (.csv, .xlsx, .ndjson, .json, or .txt with an id a line), or - for stdin')
    .description('check a batch, ask, and hand it over')
    .option('--ids <id...>', 'these images, in place of a file')
    .option('--order <id>', 'every image of an order, in place of a file');
  addSetOptions(create)
    .option('--map <other=name>', 'a column that has another name, such as "Bild-ID=image_id"; more than once', collect)
    .option('--name <name>', 'what the batch is called. The same content under the same name is the same batch')
    .option('--dry-run', 'check only')
    .option('--watch', 'follow it until every line has ended')
    .option('--yes', 'do not ask')
    .action(act(() => import('../batch/create.ts')));
}

const STEERING = {
  pause: 'send no more of its lines for now',
  resume: 'go on with a batch that is paused',
  cancel: 'send no more of its lines; what was sent ends as usual',
};

function addSteering(batch: Command, act: Act): void {
  for (const [name, description] of Object.entries(STEERING)) {
    const load = async () => (await import('../batch/steer.ts')).steering(name as keyof typeof STEERING);
    batch.command(name).argument('<id>').description(description).action(act(load));
  }
}

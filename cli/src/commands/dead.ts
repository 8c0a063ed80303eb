import type { Command } from 'commander';
import type { Act } from './verb.ts';

const WANTS = `
An operator's key is enough: with a profile, or by REPROCESS_URL and
REPROCESS_API_KEY. With --stage it works on the ledger and the queue themselves,
and wants AWS credentials.`;

/** What failed for good. */
export function addDead(program: Command, act: Act): void {
  const dead = program
    .command('dead')
    .description('requests that failed for good, and how to send them again')
    .helpCommand(false)
    .addHelpText('after', WANTS);
  const load = (name: 'list' | 'show' | 'resubmit') => async () => (await import('../dead/dead.ts'))[name];
  const verb = (name: Parameters<typeof load>[0], description: string) =>
    dead
      .command(name)
      .description(description)
      .option('--table <name>', "the ledger's table, where a stage has more than one; with --stage")
      .addHelpText('after', WANTS)
      .action(act(load(name)));
  verb('list', 'requests that failed, newest first')
    .option('--code <code>', 'only with this failure code, such as gave_up')
    .option('--since <time>', 'accepted since then: 2026-11-22, 2026-11-22T10:00:00Z, or 30m, 6h, 2d')
    .option('--limit <n>', 'how many, or all', '20');
  verb('show', 'one of them, and why it failed').argument('<id>');
  verb('resubmit', 'send them again, each as a new request')
    .argument('[id...]', 'request ids, or - for more on stdin, one a line')
    .option('--code <code>', 'those with this failure code')
    .option('--since <time>', 'those that were accepted since then')
    .option('--dry-run', 'say what would be done, and send nothing')
    .option('--yes', 'do not ask')
    .option(
      '--force',
      'also when a newer request of the image was accepted, whose preferences it then replaces; with --stage',
    )
    .option('--despite-queue', 'also while the queue may hold a newer request; with --stage');
}

import type { Command } from 'commander';
import type { Act } from './verb.ts';

const WANTS = `
It wants AWS credentials, as every AWS tool finds them, and --stage: a deployed
stage, or local for the service of npm start. The region is that of the stage in
cdk.json, where there is one, and otherwise AWS_REGION.`;

/** What AWS alone can do. Its code has AWS's SDK, and is loaded when it is called. */
export function addAws(program: Command, act: Act): void {
  program
    .command('smoke')
    .description('whether a stage works, without asking Autoenhance for anything (with AWS credentials)')
    .addHelpText('after', WANTS)
    .action(act(async () => (await import('../aws/verbs.ts')).smoke));
  addPartner(program, act);
  program
    .command('reconcile')
    .description('find uploads whose events were lost, and hand them in (with AWS credentials)')
    .option('--dry-run', 'name each of them, and hand in nothing')
    .option('--yes', 'do not ask')
    .addHelpText('after', WANTS)
    .action(act(async () => (await import('../aws/verbs.ts')).reconcile));
}

function addPartner(program: Command, act: Act): void {
  const partner = program
    .command('partner')
    .description('who may call the HTTP API of a stage (with AWS credentials)')
    .helpCommand(false)
    .addHelpText('after', WANTS);
  const load = (name: 'add' | 'list' | 'remove' | 'set' | 'limit') => async () =>
    (await import('../aws/verbs.ts')).partner(name);
  const verb = (name: Parameters<typeof load>[0], description: string) =>
    partner
      .command(name)
      .description(description)
      .addHelpText('after', WANTS)
      .action(act(load(name)));
  verb('add', 'make one more key for a partner, store its SHA-256, and print the key, once')
    .argument('<name>')
    .option('--operator', 'for somebody who runs the service: sees what all have, and may pause the account')
    .option(
      '--expires-old <time>',
      "from then on the partner's other keys are refused: 2026-12-31 (its first moment, in UTC), or 2026-12-31T18:00:00Z",
    );
  verb('list', 'who there is, with the beginnings of their hashes, never a key');
  verb('remove', 'remove a partner with all of its keys, or one key')
    .argument('<name>')
    .option('--key <hash>', 'this key alone: the beginning of its SHA-256, as the list shows it');
  verb('set', "change how a partner's calls are answered")
    .argument('<name>')
    .option('--wait <seconds>', 'how long a call waits for its outcome that does not say so by Prefer, or usual')
    .option(
      '--on-timeout <status>',
      'what a call gets that takes longer: 202, or 504 for a client that takes every 2xx for an outcome',
    );
  verb('limit', 'change how much a partner may ask for: a number from 1, or usual')
    .argument('<name>')
    .option('--calls-per-second <n>', 'calls on average')
    .option('--burst <n>', 'calls at once after a pause')
    .option('--batches-per-day <n>', 'batches over HTTP');
}

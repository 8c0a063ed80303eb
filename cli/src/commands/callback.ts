import type { Command } from 'commander';
import type { Act } from './verb.ts';

const OF_PARTNER = ['--partner <name>', 'whose, for an operator'] as const;

const VERBS = {
  show: 'where you are told, and whether it is paused',
  remove: 'be told no more',
  test: 'send a test, which ends a pause when it succeeds',
  rotate: 'get a new secret; the old one signs beside it for a day',
};

export function addCallback(program: Command, act: Act): void {
  const callback = program
    .command('callback')
    .description('be told of outcomes and finished images at a URL')
    .helpCommand(false);
  callback
    .command('set')
    .argument('<url>', 'an https URL, on port 443 or 8443')
    .description('be told there, after a signed test')
    .option('--events <type...>', 'these alone, such as batch.finished')
    .option(...OF_PARTNER)
    .action(act(async () => (await import('../callback/callback.ts')).set));
  for (const [name, description] of Object.entries(VERBS)) {
    const load = async () => (await import('../callback/callback.ts'))[name as keyof typeof VERBS];
    callback
      .command(name)
      .description(description)
      .option(...OF_PARTNER)
      .action(act(load));
  }
  callback
    .command('deliveries')
    .description('what was sent and what came back, newest first')
    .option(...OF_PARTNER)
    .option('--request <id>', 'only what was told of this request')
    .option('--limit <n>', 'how many, or all', '20')
    .action(act(async () => (await import('../callback/deliveries.ts')).deliveries));
  callback
    .command('resend')
    .argument('<id>', 'of a delivery: msg_…')
    .description('send one once more, at once')
    .option(...OF_PARTNER)
    .action(act(async () => (await import('../callback/deliveries.ts')).resend));
}

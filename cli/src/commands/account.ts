import type { Command } from 'commander';
import type { Act } from './verb.ts';

export function addAccount(program: Command, act: Act): void {
  program
    .command('budget')
    .description("what is left of the account's daily limit")
    .action(act(() => import('../account/budget.ts')));
  program
    .command('pause')
    .description('stop all calls for the account (with the key of an operator)')
    .requiredOption('--reason <text>', 'why, for people')
    .option('--until <time>', 'until then: 2026-11-22T10:00:00Z, or 30m, 6h, 2d; without it, until resume')
    .action(act(async () => (await import('../account/pause.ts')).pause));
  program
    .command('resume')
    .description('let calls for the account go on (with the key of an operator)')
    .action(act(async () => (await import('../account/pause.ts')).resume));
}

import type { Command } from 'commander';
import type { Act } from './verb.ts';

export function addSetup(program: Command, act: Act): void {
  program
    .command('login')
    .description('ask for the address and a key of a service, check them, and keep them')
    .option('--url <url>', "the service's address, in place of being asked")
    .option('--with-key', 'read the key from stdin, in place of being asked')
    .action(act(() => import('../setup/login.ts')));
  program
    .command('logout')
    .description('forget a profile')
    .action(act(() => import('../setup/logout.ts')));
  program
    .command('doctor')
    .description('check what a person would check, with a remedy for each')
    .action(act(() => import('../setup/doctor.ts')));
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .description('a script for the shell that completes commands and options')
    .action(act(async () => (await import('../setup/completion.ts')).completing(program)));
}

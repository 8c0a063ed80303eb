import { Command } from 'commander';
import { addAccount } from './commands/account.ts';
import { addAws } from './commands/aws.ts';
import { addBatch } from './commands/batch.ts';
import { addCallback } from './commands/callback.ts';
import { addDead } from './commands/dead.ts';
import { addRequests } from './commands/requests.ts';
import { addSetup } from './commands/setup.ts';
import type { Act } from './commands/verb.ts';
import type { Surroundings } from './context.ts';

const EXIT_CODES = `
Exit codes: 0 all finished, 1 some failed or the service refused, 2 the command
or a file cannot be used, 3 stopped waiting, 4 not allowed, 5 not reachable.`;

/** Every command with its options, without the code of any. */
export function createProgram(
  act: Act,
  version: string,
  { stdout, stderr }: Pick<Surroundings, 'stdout' | 'stderr'>,
): Command {
  const program = new Command('reprocess')
    .description('Has Autoenhance images processed again, and says what became of each.')
    .version(version)
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    // Before any subcommand is made: each takes them over.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: () => {},
    })
    .option('--json', 'data as JSON on stdout, an error as JSON on stderr')
    .option('--quiet', 'say nothing but data and errors')
    .option('--no-input', 'never ask')
    .option('--profile <name>', 'the service of this profile')
    .option('--stage <stage>', 'local: the service of npm start; with AWS credentials any other')
    .option('--port <n>', 'of the HTTP API, with --stage local')
    .addHelpText('after', EXIT_CODES);
  addBatch(program, act);
  addRequests(program, act);
  addCallback(program, act);
  addAccount(program, act);
  addDead(program, act);
  addAws(program, act);
  addSetup(program, act);
  program
    .command('help')
    .argument('[command...]')
    .description('what a command does, and its options')
    .action((words: readonly string[]) => words.reduce(subcommandOf, program).help());
  return program;
}

function subcommandOf(command: Command, word: string): Command {
  const found = command.commands.find((each) => each.name() === word);
  return found ?? command.error(`unknown command '${word}'`);
}

import type { Command } from 'commander';
import { collect } from './verb.ts';

export function addSetOptions(command: Command): Command {
  return command.option(
    '--set <name=value>',
    'a preference, such as enhance_type=warm; NAME:=VALUE for JSON; more than once. A line that has its own keeps it',
    collect,
  );
}

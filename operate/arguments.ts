import { parseArgs } from 'node:util';
import { parseStageName, type StageName } from '../infra/stages.ts';
import { parsePort, UsageError } from '../local/args.ts';
import { USUAL_PORT } from '../local/ports.ts';
import type { Place } from './place.ts';

export type Options<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/**
 * A command line's words that are no options, and the values of its options, every one of which takes one.
 * @throws UsageError that ends in the usage
 */
export function parseWords<Name extends string>(
  args: readonly string[],
  names: readonly Name[],
  usage: string,
): { readonly words: readonly string[]; readonly options: Options<Name> } {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { words: positionals, options: values as Options<Name> };
  } catch (error) {
    // Node's own words: "Unknown option '--stag'", "Option '--stage <value>' argument missing".
    throw new UsageError(`${(error as Error).message.split('.')[0]}\n\n${usage}`);
  }
}

/** @throws UsageError, UnknownStage */
export function parsePlace(stage: string | undefined, port: string | undefined): Place {
  const name: StageName = parseStageName(stage);
  if (port !== undefined && name !== 'local') {
    throw new UsageError(`--port is for the stage local alone, got it with ${name}`);
  }
  return { stage: name, port: port === undefined ? USUAL_PORT : parsePort(port) };
}

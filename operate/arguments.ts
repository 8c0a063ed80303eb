import { parseArgs } from 'node:util';
import { UsageError } from '../local/args.ts';

/** Names of options: those that take a value, and those that take none. */
export interface OptionNames<Value extends string, Flag extends string> {
  readonly values: readonly Value[];
  readonly flags?: readonly Flag[];
}

type Options<Name extends string> = Readonly<Partial<Record<Name, string>>>;
type Flags<Name extends string> = Readonly<Partial<Record<Name, boolean>>>;

export interface Words<Value extends string, Flag extends string> {
  /** Those that are no options. */
  readonly words: readonly string[];
  readonly options: Options<Value>;
  readonly flags: Flags<Flag>;
}

/** @throws UsageError that ends in the usage */
export function parseWords<Value extends string, Flag extends string = never>(
  args: readonly string[],
  { values: names, flags = [] }: OptionNames<Value, Flag>,
  usage: string,
): Words<Value, Flag> {
  const options = Object.fromEntries([
    ...names.map((name) => [name, { type: 'string' as const }]),
    ...flags.map((name) => [name, { type: 'boolean' as const }]),
  ]);
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { words: positionals, options: values as Options<Value>, flags: values as Flags<Flag> };
  } catch (error) {
    // Node's own words: "Unknown option '--stag'", "Option '--stage <value>' argument missing".
    throw new UsageError(`${(error as Error).message.split('.')[0]}\n\n${usage}`);
  }
}

/**
 * The stage of a command whose only word it may be in place of --stage.
 * @throws UsageError when there is more than one
 */
export function onlyStage(named: string | undefined, words: readonly string[]): string | undefined {
  const [stage, ...more] = named === undefined ? words : [named, ...words];
  if (more.length === 0) return stage;
  throw new UsageError(`the stage must be named once, got ${[stage, ...more].join(' and ')}`);
}

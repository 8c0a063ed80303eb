import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../global-options.ts';

/** What a command does. Its options have passed commander, and are what its file says of them. */
export interface Verb {
  // biome-ignore lint/suspicious/noExplicitAny: each verb knows its own words and options.
  run(context: Context, options: any, ...words: any[]): Promise<ExitCode>;
}

/** Makes an action of a verb, whose code is loaded when it is called. */
export type Act = (load: () => Promise<Verb>) => (...given: unknown[]) => Promise<void>;

export function createAct(contextOf: (options: GlobalOptions) => Promise<Context>, end: (code: ExitCode) => void): Act {
  return (load) =>
    async (...given) => {
      const command = given.at(-1) as Command;
      const options = command.optsWithGlobals();
      const { run } = await load();
      end(await run(await contextOf(options), options, ...given.slice(0, -2)));
    };
}

/** For an option that may be given more than once. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

import type { GlobalOptions } from '../global-options.ts';
import { COMMAND } from './text.ts';

/** The line of a command that a person copies. It names the service that this command called. */
export function commandToCopy({ profile, stage, port }: GlobalOptions, words: string): string {
  const named = Object.entries({ profile, stage, port }).filter(([, value]) => value !== undefined);
  return [`${COMMAND}${words}`, ...named.flatMap(([name, value]) => [`--${name}`, value])].join(' ');
}

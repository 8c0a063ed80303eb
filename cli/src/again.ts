import type { GlobalOptions } from './global-options.ts';

/** A line with a command that a person copies: it asks the same service. */
export function again({ profile, stage, port }: GlobalOptions, words: string): string {
  const same = Object.entries({ profile, stage, port }).filter(([, value]) => value !== undefined);
  return ['  reprocess', words, ...same.flatMap(([name, value]) => [`--${name}`, value])].join(' ');
}

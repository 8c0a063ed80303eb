import type { Preferences } from '../../../client/src/index.ts';

/** Preferences with another value of one; undefined: the image keeps its own, so that nothing is sent. */
export function withPreference(preferences: Preferences, name: string, value: unknown): Preferences {
  const { [name]: _, ...others } = preferences;
  return value === undefined ? others : { ...others, [name]: value };
}

import type { JsonObject } from '../json.ts';
import { lettersOf } from './field-suggestions.ts';

/** The members that belong next to the preferences in a message, not inside them. */
export const BESIDE_PREFERENCES = ['preferences', 'request_id', 'not_after', 'api_version'] as const;
export type BesidePreferences = (typeof BESIDE_PREFERENCES)[number];

const BY_LETTERS = new Map(BESIDE_PREFERENCES.map((name) => [lettersOf(name), name]));

/** Members that were put inside preferences by mistake, in any spelling (`notAfter`). The endpoint would ignore them. */
export function misplacedIn(preferences: JsonObject): readonly BesidePreferences[] {
  const found = Object.keys(preferences).flatMap((name) => BY_LETTERS.get(lettersOf(name)) ?? []);
  return BESIDE_PREFERENCES.filter((name) => found.includes(name));
}

import { suggestField, suggestionWarning } from './field-suggestions.ts';
import { type Preferences, preferenceWarnings } from './preferences.ts';

/** So many are enough to see what is wrong, and fit a header. */
const MAX_SUGGESTIONS = 10;
/** Comparing takes its time, and 64 KiB hold thousands of names. */
const MAX_NAMES = 50;

/** What may surprise the caller of a request, in words: names that are nearly right, and what the vendor discourages. */
export function requestWarnings(preferences: Preferences): readonly string[] {
  const suggestions = Object.keys(preferences)
    .slice(0, MAX_NAMES)
    .flatMap((name) => {
      const suggested = suggestField(name);
      return suggested === undefined ? [] : [suggestionWarning(name, suggested)];
    });
  return [...suggestions.slice(0, MAX_SUGGESTIONS), ...preferenceWarnings(preferences)];
}

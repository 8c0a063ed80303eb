import { suggestField, suggestionWarning } from './field-suggestions.ts';
import { type Preferences, preferenceWarnings } from './preferences.ts';

/** Enough to see what is wrong, and few enough for a header. */
const MAX_SUGGESTIONS = 10;
/** Comparing is slow, and 64 KiB of preferences may have thousands of names. */
const MAX_NAMES = 50;

/** Warnings for the caller: probable typing errors in names, and combinations that the vendor discourages. */
export function requestWarnings(preferences: Preferences): readonly string[] {
  const suggestions = Object.keys(preferences)
    .slice(0, MAX_NAMES)
    .flatMap((name) => {
      const suggested = suggestField(name);
      return suggested === undefined ? [] : [suggestionWarning(name, suggested)];
    });
  return [...suggestions.slice(0, MAX_SUGGESTIONS), ...preferenceWarnings(preferences)];
}

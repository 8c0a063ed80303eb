import { escapeInvisible } from '../../invisible.ts';
import { suggestionWarning } from '../../request/field-suggestions.ts';
import { type Preferences, preferencesSchema, preferenceWarnings } from '../../request/preferences.ts';
import { suggestedColumn } from '../reading/csv-header.ts';

/** What is to be said of the lines of a file, each thing once. */
export interface WarningCounts {
  /** Says something of the file as a whole. */
  note(warning: string): void;
  /** What is to be said of a line's preferences, for `count`. */
  warningsOf(preferences: Preferences): readonly string[];
  /** Says it of one line more. */
  count(warnings: readonly string[]): void;
  /** The most frequent ones, with how many lines each is about. */
  texts(): readonly string[];
}

/** Texts that are counted, and names that are remembered: a file whose every line has its own must not fill the memory. */
const MAX_KEPT = 1000;
/** No more than a person would read. */
const SHOWN = 20;
/** Names of one line that are looked at: 64 KiB of preferences may have thousands. */
const MAX_NAMES = 50;
const SHOWN_CHARACTERS = 300;
/** Of a name. Those of known fields are much shorter. */
const SHOWN_NAME = 100;

const FIELDS = new Set(Object.keys(preferencesSchema.shape));

export function createWarningCounts(): WarningCounts {
  const counts = new Map<string, number>();
  const unknown = new Map<string, string>();

  function add(warning: string, lines: number): void {
    const known = counts.get(warning);
    if (known !== undefined || counts.size < MAX_KEPT) counts.set(warning, (known ?? 0) + lines);
  }

  function ofUnknown(given: string): string {
    const name = given.length <= SHOWN_NAME ? given : beginningOf(given);
    const known = unknown.get(name);
    if (known !== undefined) return known;
    const suggested = suggestedColumn(name);
    const warning = suggested === undefined ? unknownWarning(name) : suggestionWarning(name, suggested);
    if (unknown.size < MAX_KEPT) unknown.set(name, warning);
    return warning;
  }

  return {
    note: (warning) => add(warning, 0),
    warningsOf(preferences) {
      const names = Object.keys(preferences).filter((name) => !FIELDS.has(name));
      return [...names.slice(0, MAX_NAMES).map(ofUnknown), ...preferenceWarnings(preferences)];
    },
    count(warnings) {
      for (const warning of warnings) add(warning, 1);
    },
    texts() {
      const byLines = [...counts].toSorted(([, one], [, other]) => other - one);
      return byLines.slice(0, SHOWN).map(([warning, lines]) => withLines(warning.slice(0, SHOWN_CHARACTERS), lines));
    },
  };
}

/** A copy: what is cut off a long text keeps all of it in memory. */
function beginningOf(name: string): string {
  return `${Buffer.from(name.slice(0, SHOWN_NAME)).toString()}…`;
}

function unknownWarning(name: string): string {
  return `${escapeInvisible(name)}: no field that this service knows. It is passed on unchanged`;
}

function withLines(warning: string, lines: number): string {
  if (lines === 0) return warning;
  return `${warning} (${lines === 1 ? 'on 1 line' : `on ${lines.toLocaleString('en-US')} lines`})`;
}

import { suggestField, suggestionWarning } from '../../request/field-suggestions.ts';
import type { ParsedLine, Portion } from './parsed-line.ts';

/** Names that are compared in one file. A file with a new name on each line must not fill the memory. */
const MAX_NAMES = 1000;

/** Adds a warning to a portion for each unknown preference that resembles a known one. Each name is warned of once. */
export async function* withFieldWarnings(portions: AsyncIterable<Portion>): AsyncGenerator<Portion> {
  const seen = new Set<string>();
  for await (const portion of portions) {
    const warnings = portion.lines.flatMap((line) => namesOf(line).flatMap((name) => warningsOf(name, seen)));
    yield warnings.length === 0 ? portion : { ...portion, warnings: [...(portion.warnings ?? []), ...warnings] };
  }
}

function namesOf(line: ParsedLine): readonly string[] {
  return 'request' in line ? Object.keys(line.request.preferences) : [];
}

function warningsOf(name: string, seen: Set<string>): readonly string[] {
  if (seen.has(name) || seen.size === MAX_NAMES) return [];
  seen.add(name);
  const suggested = suggestField(name);
  return suggested === undefined ? [] : [suggestionWarning(name, suggested)];
}

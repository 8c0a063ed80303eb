import { escapeInvisible } from '../invisible.ts';
import { preferencesSchema } from './preferences.ts';

const FIELDS = Object.keys(preferencesSchema.shape);

/** A longer name is not a typing error. */
const MAX_NAME_CHARACTERS = 64;

/** Spaces, dashes and underscores: separators between the words of a name. */
const BETWEEN_WORDS = /[\s\p{Z}\p{Pd}\p{Pc}]/gu;

/** A name in lower case, without separators: `Enhance Type`, `enhance-type` and `enhanceType` are the same. */
export function lettersOf(name: string): string {
  return name.normalize('NFKC').replaceAll(BETWEEN_WORDS, '').toLowerCase();
}

/** The name among these that differs only in case, spaces, dashes and underscores. */
export function sameLetters(name: string, among: readonly string[]): string | undefined {
  if (name.length > MAX_NAME_CHARACTERS) return undefined;
  const letters = lettersOf(name);
  return among.find((each) => lettersOf(each) === letters);
}

/** The name among these that is closest: the same letters, or a few typing errors away. */
export function resembled(name: string, among: readonly string[]): string | undefined {
  const same = sameLetters(name, among);
  if (same !== undefined || name.length > MAX_NAME_CHARACTERS) return same;
  const letters = lettersOf(name);
  const near = among
    // The difference in length is a lower bound of the distance, and much cheaper to compute.
    .filter((each) => Math.abs(lettersOf(each).length - letters.length) <= maxDistance(each))
    .map((each) => ({ each, distance: editDistance(letters, lettersOf(each)) }))
    .filter(({ each, distance }) => distance <= maxDistance(each))
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.each;
}

/** The known preference that is closest to an unknown name; undefined when the name is known or none is close. */
export function suggestField(name: string): string | undefined {
  return FIELDS.includes(name) ? undefined : resembled(name, FIELDS);
}

/** The warning for an unknown name: `enhance_typ: did you mean enhance_type?` */
export function suggestionWarning(name: string, suggested: string): string {
  return `${escapeInvisible(name)}: did you mean ${suggested}? It is passed on unchanged`;
}

/** The largest edit distance to a known name. None is allowed to one as short as `hdr`, which is close to too many names. */
function maxDistance(known: string): number {
  const { length } = lettersOf(known);
  if (length < 6) return 0;
  return length < 12 ? 2 : 3;
}

/**
 * Letters that are wrong, missing, extra or swapped with their neighbour (optimal string alignment: Levenshtein distance with
 * a swap as one edit).
 */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const ways = [
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        ...(row > 1 && column > 1 && isSwapped ? [(beforeLast[column - 2] ?? 0) + 1] : []),
      ];
      current.push(Math.min(...ways));
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? 0;
}

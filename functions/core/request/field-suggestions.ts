import { escapeInvisible } from '../invisible.ts';
import { preferencesSchema } from './preferences.ts';

const FIELDS = Object.keys(preferencesSchema.shape);

/** A longer name is no mistyped one, and is not worth comparing. */
const MAX_NAME_CHARACTERS = 64;

/** Blanks, dashes and underscores: what people put between the words of a name. */
const BETWEEN_WORDS = /[\s\p{Z}\p{Pd}\p{Pc}]/gu;

/** A name without what separates its words, and in lower case: `Enhance Type`, `enhance-type` and `enhanceType` are one. */
export function lettersOf(name: string): string {
  return name.normalize('NFKC').replaceAll(BETWEEN_WORDS, '').toLowerCase();
}

/** Of some names, the one that a name is but for case, blanks, dashes and underscores. */
export function sameLetters(name: string, among: readonly string[]): string | undefined {
  if (name.length > MAX_NAME_CHARACTERS) return undefined;
  const letters = lettersOf(name);
  return among.find((each) => lettersOf(each) === letters);
}

/** Of some names, the one that a name resembles: by its letters, or but for a slip or two of the keyboard. */
export function resembled(name: string, among: readonly string[]): string | undefined {
  const same = sameLetters(name, among);
  if (same !== undefined || name.length > MAX_NAME_CHARACTERS) return same;
  const letters = lettersOf(name);
  const near = among
    // Comparing letter by letter takes its time, and each letter more or less is a slip.
    .filter((each) => Math.abs(lettersOf(each).length - letters.length) <= slipsIn(each))
    .map((each) => ({ each, slips: slipsBetween(letters, lettersOf(each)) }))
    .filter(({ each, slips }) => slips <= slipsIn(each))
    .toSorted((a, b) => a.slips - b.slips);
  return near[0]?.each;
}

/** The known preference that an unknown name resembles; undefined for a known one, and for one that resembles none. */
export function suggestField(name: string): string | undefined {
  return FIELDS.includes(name) ? undefined : resembled(name, FIELDS);
}

/** What to say of a name that nobody knows: `enhance_typ: did you mean enhance_type?` @param name shown as it came */
export function suggestionWarning(name: string, suggested: string): string {
  return `${escapeInvisible(name)}: did you mean ${suggested}? It is passed on as it came`;
}

/** How many slips a name may have and still be recognised: none in one as short as `hdr`, which resembles anything. */
function slipsIn(known: string): number {
  const { length } = lettersOf(known);
  if (length < 6) return 0;
  return length < 12 ? 2 : 3;
}

/**
 * Letters that are wrong, missing, too many or swapped with their neighbour (optimal string alignment: Levenshtein's
 * distance, with a swap as one slip).
 */
function slipsBetween(one: string, other: string): number {
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

/**
 * What a reader cannot see, or takes for something else: control and format characters (zero-width ones, marks of direction,
 * tags), blanks other than the space, line separators, single surrogates, what is unassigned or for private use, and what a
 * font leaves out.
 */
const INVISIBLE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;
const ANY_INVISIBLE = new RegExp(INVISIBLE.source, 'u');

/** Whether a text holds what a reader cannot see. */
export function hasInvisible(text: string): boolean {
  return ANY_INVISIBLE.test(text);
}

/** A text in which everything can be seen: `\u200b` for a blank without a width. */
export function escapeInvisible(text: string): string {
  return text.replaceAll(INVISIBLE, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(''),
  );
}

/** As JSON may write it. */
function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

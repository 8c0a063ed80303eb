/**
 * Characters that a reader cannot see, or confuses with others: control and format characters (zero-width, direction marks,
 * tags), white space other than the space, lone surrogates, unassigned and private-use characters, and those that fonts do not
 * draw.
 */
const INVISIBLE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;
const ANY_INVISIBLE = new RegExp(INVISIBLE.source, 'u');

/** Whether a text has a character that a reader cannot see. */
export function hasInvisible(text: string): boolean {
  return ANY_INVISIBLE.test(text);
}

/** Replaces invisible characters by escapes: a zero-width space becomes `\u200b`. */
export function escapeInvisible(text: string): string {
  return text.replaceAll(INVISIBLE, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(''),
  );
}

/** In JSON's form. */
function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

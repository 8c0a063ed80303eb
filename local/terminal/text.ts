/** Text without characters that could begin another line or control a terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** The width of a text in columns: two for an East Asian character or an emoji. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + columnsFor(character), 0);
}

function columnsFor(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xffef) || code >= 0x1f000 ? 2 : 1;
}

/** The beginning of a text, at most so many columns wide. */
export function cutTo(columns: number, text: string): string {
  if (widthOf(text) <= columns) return text;
  let cut = '';
  for (const character of text) {
    if (widthOf(cut) + columnsFor(character) + 1 > columns) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Lines of at most so many columns, wrapped between words. A longer word has its own line. */
export function wrapWords(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && widthOf(line) + 1 + widthOf(word) <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

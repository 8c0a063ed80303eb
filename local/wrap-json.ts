const WIDTH = 100;

// Strings, commas and the text between them: a line may end after a comma outside a string.
const PIECES = /(?:"(?:[^"\\]|\\.)*"|[^",])*,?/g;

/** A value's JSON, wrapped after commas into lines of at most a hundred characters if possible. */
export function wrapJson(value: unknown): readonly string[] {
  const pieces = (JSON.stringify(value).match(PIECES) ?? []).filter((piece) => piece !== '');
  const lines: string[] = [];
  for (const piece of pieces) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + piece.length <= WIDTH) lines[lines.length - 1] = line + piece;
    // One more space: the following lines are inside the first line's bracket.
    else lines.push(lines.length === 0 ? piece : ` ${piece}`);
  }
  return lines;
}

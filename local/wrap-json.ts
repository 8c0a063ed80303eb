const WIDTH = 100;

// Whole strings, commas, and what stands between: a line may end after a comma that is not part of a string.
const PIECES = /(?:"(?:[^"\\]|\\.)*"|[^",])*,?/g;

/** A value's JSON, broken after commas into lines of at most a hundred characters where that is possible. */
export function wrapJson(value: unknown): readonly string[] {
  const pieces = (JSON.stringify(value).match(PIECES) ?? []).filter((piece) => piece !== '');
  const lines: string[] = [];
  for (const piece of pieces) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + piece.length <= WIDTH) lines[lines.length - 1] = line + piece;
    // One space more: what goes on is inside the first line's bracket.
    else lines.push(lines.length === 0 ? piece : ` ${piece}`);
  }
  return lines;
}

/** A fenced block of a Markdown document. */
export interface Block {
  /** `docs/local.md:12`, the line of the opening fence. */
  readonly place: string;
  readonly language: string;
  /** The text after the language: the kind of a JSON example. */
  readonly kind: string;
  readonly text: string;
}

export const FENCED = /^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm;

/** @param path of the document, from the project's root */
export function blocksIn(path: string, markdown: string): readonly Block[] {
  return [...markdown.matchAll(FENCED)].map(({ index, 1: language = '', 2: kind = '', 3: content = '' }) => {
    const line = markdown.slice(0, index).split('\n').length;
    return { place: `${path}:${line}`, language, kind, text: content.trimEnd() };
  });
}

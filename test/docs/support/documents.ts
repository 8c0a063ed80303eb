import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, blocksIn, FENCED } from '../../../tools/markdown-blocks.ts';

export const ROOT = join(import.meta.dirname, '../../..');

export interface Document {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
}

export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

function markdownIn(folder: string, recursive: boolean): readonly string[] {
  const names = readdirSync(join(ROOT, folder), { recursive, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

/** Every document of the project. */
export const documents: readonly Document[] = [
  ...markdownIn('.', false),
  ...markdownIn('docs', true),
  'client/README.md',
].map(readDocument);

export type { Block };

export function blocksOf({ path, text }: Document): readonly Block[] {
  return blocksIn(path, text);
}

/** The text without what stands between fences. */
export function proseOf({ text }: Document): string {
  return text.replaceAll(FENCED, '');
}

/** The one block of a document that contains a text. @throws Error when it is not just one */
export function blockWith(document: Document, part: string): Block {
  const [found, ...more] = blocksOf(document).filter(({ text }) => text.includes(part));
  if (found !== undefined && more.length === 0) return found;
  throw new Error(`${document.path} must have one block with ${part}`);
}

/** The cells of every table row whose first cell matches. */
export function rowsOf({ text }: Document, first: RegExp): readonly (readonly string[])[] {
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && line.endsWith('|'));
  const cells = rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return cells.filter(([cell = '']) => first.test(cell));
}

/** A heading's anchor as GitHub makes it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

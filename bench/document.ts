import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCUMENT = join(import.meta.dirname, '../docs/performance.md');

/** Puts what a part has printed into docs/performance.md, in place of what a run before this one had put there. */
export function writeIntoDocument(part: string, text: string): void {
  writeFileSync(DOCUMENT, withPart(readFileSync(DOCUMENT, 'utf8'), part, text));
}

/** @throws Error when the document has no place for the part */
export function withPart(document: string, part: string, text: string): string {
  const begin = `<!-- bench: written by npm run bench -- ${part} --document -->`;
  const end = '<!-- /bench -->';
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`docs/performance.md must hold ${begin} and ${end}`);
  return `${document.slice(0, from)}${begin}\n\n${text}\n\n${document.slice(to)}`;
}

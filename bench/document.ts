import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCUMENT = join(import.meta.dirname, '../docs/performance.md');
const BEGIN = '<!-- bench: written by npm run bench -- --document -->';
const END = '<!-- /bench -->';

/** Puts what was printed into docs/performance.md, in place of what a run before this one had put there. */
export function writeIntoDocument(text: string): void {
  const [before, rest = ''] = readFileSync(DOCUMENT, 'utf8').split(BEGIN);
  const after = rest.split(END)[1];
  if (after === undefined) throw new Error(`docs/performance.md must hold ${BEGIN} and ${END}`);
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
}

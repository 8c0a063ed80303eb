import { readDocument } from './documents.ts';

export const runbook = readDocument('docs/runbook.md');

/** What is typed into a shell. Also of a list's steps, which are indented. */
export const shellBlocks: readonly string[] = [...runbook.text.matchAll(/^( *)```sh\n([\s\S]*?)^\1```$/gm)].map(
  ([, indent = '', text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
);

/** The one block that contains a text. @throws Error when it is not just one */
export function shellBlockWith(part: string): string {
  const [found, ...more] = shellBlocks.filter((text) => text.includes(part));
  if (found === undefined || more.length > 0) throw new Error(`the runbook must have one block with ${part}`);
  return found;
}

/** What the other blocks need. */
export const setup = shellBlockWith('resource() {');

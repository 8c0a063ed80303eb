import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '../../functions/core/json.ts';
import { type Block, blocksIn } from '../markdown-blocks.ts';
import { PROJECT } from './project.ts';

// Each example is written once, in the documents for people. test/docs compares them with the code.

const DOCUMENTS = ['docs/messages.md', 'docs/webhook.md', 'docs/batches.md', 'docs/callbacks.md', 'docs/console.md'];

const blocks: readonly Block[] = DOCUMENTS.flatMap((path) =>
  blocksIn(path, readFileSync(join(PROJECT, path), 'utf8')),
).filter(({ language }) => language === 'json');

/**
 * The documents' examples of a kind (`event`, `problem 502`), with their numbers unchanged.
 * @throws Error when there is none
 */
export function examplesOf(kind: string): readonly unknown[] {
  const found = blocks.filter((block) => block.kind === kind);
  if (found.length === 0)
    throw new Error(`${DOCUMENTS.join(', ')} must have an example of ${kind}: \`\`\`json ${kind}`);
  return found.map(({ text }) => parseJson(text));
}

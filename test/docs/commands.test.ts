import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents, ROOT, readDocument } from './support/documents.ts';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const workflows = readdirSync(join(ROOT, '.github/workflows')).map((name) => readDocument(`.github/workflows/${name}`));

const namedIn = (text: string) =>
  [...text.matchAll(/\bnpm (?:run (?:--?\w+ )*(\w[\w:-]*)|(test|start)\b)/g)].map(([, run, own]) => run ?? own ?? '');

describe.each([...documents, ...workflows].map(({ path, text }) => [path, text] as const))('%s', (_, text) => {
  it('names only commands that there are', () => {
    expect(namedIn(text).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

it('CONTRIBUTING.md tells of every command', () => {
  // What stands behind a colon is a part of the command before it.
  const mainCommands = Object.keys(scripts).filter((name) => !name.includes(':'));
  const named = namedIn(readDocument('CONTRIBUTING.md').text);
  expect(mainCommands.filter((name) => !named.includes(name))).toEqual([]);
});

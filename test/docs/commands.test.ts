import { spawnSync } from 'node:child_process';
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

/** `partner --stage`: each option that a document gives to one of the project's commands. */
const optionsIn = (text: string) =>
  [...text.matchAll(/\bnpm (?:run (?:--?\w+ )*)?([\w:-]+) -- ([^`|\n]+)/g)].flatMap(([, name = '', words = '']) =>
    [...words.matchAll(/(?<=^|\s)--[a-z][\w-]*/g)].map(([option]) => [name, option] as const),
  );

// What these take is for the tools behind them to say: vitest, the CDK's own command line, and the client of the HTTP API.
const OTHERS = ['test', 'deploy', 'diff', 'cli'];
const given = documents.flatMap(({ text }) => optionsIn(text)).filter(([name]) => !OTHERS.includes(name));

describe.each([...Map.groupBy(given, ([name]) => name)])('npm run %s', (name, uses) => {
  it('has the options that the documents give it', () => {
    const [, ...script] = scripts[name]?.split(' ') ?? [];
    const { stdout } = spawnSync(process.execPath, [...script, '--help'], { cwd: ROOT, encoding: 'utf8' });
    const unknown = uses.filter(([, option]) => !new RegExp(`${option}(?![\\w-])`).test(stdout));
    expect(unknown.map(([, option]) => option)).toEqual([]);
  });
});

/** The lines of the blocks for a shell, also of those in a list. */
const commandsIn = (text: string) =>
  [...text.matchAll(/^( *)```sh\n([\s\S]*?)^\1```$/gm)].flatMap(([, , commands = '']) => commands.split('\n'));

describe.each(documents.map(({ path, text }) => [path, text] as const))('the commands in %s', (_, text) => {
  it('have no comment, which an interactive zsh takes for arguments', () => {
    const withComment = commandsIn(text).filter((line) => /(^|\s)#/.test(line.replaceAll(/'[^']*'/g, "''")));
    expect(withComment).toEqual([]);
  });

  it('read what is typed in a block of its own, or the next line that was pasted would be taken for it', () => {
    const blocks = text.match(/^( *)```sh\n[\s\S]*?^\1```$/gm) ?? [];
    expect(blocks.filter((block) => /^ *read /m.test(block) && block.trim().split('\n').length > 3)).toEqual([]);
  });
});

it('CONTRIBUTING.md tells of every command', () => {
  // What stands behind a colon is a part of the command before it.
  const mainCommands = Object.keys(scripts).filter((name) => !name.includes(':'));
  const named = namedIn(readDocument('CONTRIBUTING.md').text);
  expect(mainCommands.filter((name) => !named.includes(name))).toEqual([]);
});

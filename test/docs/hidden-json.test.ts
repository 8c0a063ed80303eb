import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createSandbox, type Sandbox } from '../../local/sandbox/server.ts';
import { newCallback } from '../../tools/contract/schemas/callbacks.ts';
import { preferences } from '../../tools/contract/schemas/preferences.ts';
import { requestMessage } from '../../tools/contract/schemas/request-message.ts';
import { blocksOf, documents } from './support/documents.ts';

// examples.test.ts checks what stands in blocks that say that they are JSON. Here is looked for what could pass it by.

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

describe.each(documents.map((document) => [document.path, document] as const))('%s', (_, document) => {
  it('has JSON only in blocks that are checked', () => {
    const blocks = blocksOf(document);
    const checked = blocks.filter(({ language }) => language === 'json');
    // A fence that is indented, of tildes, or of a dialect would not be seen.
    expect(document.text.match(/^\s*(`{3,}|~{3,})\s*json/gim) ?? []).toHaveLength(checked.length);
    const others = blocks.filter(({ language, text }) => language !== 'json' && isJson(text));
    expect(others.map(({ place }) => place)).toEqual([]);
  });
});

interface Command {
  readonly place: string;
  readonly text: string;
  /** The JSON among its arguments. */
  readonly json: string;
}

/** The commands of all shell blocks, also of indented ones, which have JSON among their arguments. */
const commands: readonly Command[] = documents.flatMap(({ path, text }) =>
  [...text.matchAll(/^( *)```sh\n([\s\S]*?)^\1```/gm)].flatMap(([, , block = '']) => {
    const variables = [...block.matchAll(/^ *(\w+)=(\S+)$/gm)];
    const whole = variables.reduce((known, [, name, value = '']) => known.replaceAll(`$${name}`, value), block);
    const lines = whole.replaceAll('\\\n', ' ').split('\n');
    return lines.flatMap((line) => {
      const found = [...line.matchAll(/'([{[][^']*[}\]])'/g)].map(([, json = '']) => json).filter(isJson);
      return found.map((json) => ({ place: path, text: line.trim(), json }));
    });
  }),
);

describe('JSON in a command', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ apiKey: 'some-key' });
    // What the sandbox forges has to go somewhere.
    const target = JSON.stringify({ url: sandbox.url, token: 'some-token' });
    await fetch(`${sandbox.url}/__sandbox/webhook`, { method: 'PUT', body: target });
  });
  afterAll(() => sandbox.close());

  const metadata = z.strictObject({ 'image-id': z.string(), preferences: z.string() });

  /** Who reads it, by what stands in the command. */
  const READERS: readonly (readonly [RegExp, (command: Command) => unknown])[] = [
    [/--message-body /, ({ json }) => requestMessage.parse(JSON.parse(json))],
    [/--metadata /, ({ json }) => z.parse(preferences, JSON.parse(metadata.parse(JSON.parse(json)).preferences))],
    [/\/v3\/images\/\S+\/process[ "]/, ({ json }) => z.parse(preferences, JSON.parse(json))],
    [/\/v3\/callback[ "]/, ({ json }) => z.parse(newCallback, JSON.parse(json))],
    [
      /\/__sandbox\//,
      async ({ text, json }) => {
        const [, method = ''] = /-X (\w+)/.exec(text) ?? [];
        const [, path = ''] = /:\d+(\/\S+)/.exec(text) ?? [];
        const { status } = await fetch(`${sandbox.url}${path}`, { method, body: json });
        expect(status).toBeLessThan(300);
      },
    ],
    // Anything else that is handed to AWS is AWS's own.
    [/\baws /, () => undefined],
  ];

  it.each(commands.map((command) => [command.text, command] as const))(
    'is what its reader takes: %s',
    async (_, command) => {
      const [, read] = READERS.find(([sign]) => sign.test(command.text)) ?? [];
      if (read === undefined) throw new Error(`${command.place}: nobody is known who reads ${command.json}`);
      await read(command);
    },
  );

  it('was found for each of them', () => {
    const counts = READERS.map(([sign]) => commands.filter(({ text }) => sign.test(text)).length);
    expect(counts.every((count) => count > 0)).toBe(true);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FUNCTIONS = join(import.meta.dirname, '../../functions');
const files = readdirSync(FUNCTIONS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** What a message says that came: each value that stands behind `got`, in its own template. */
function shownValues(text: string): readonly string[] {
  const messages = [...text.matchAll(/\bgot\b(?:[^`'\n]|'(?=[^`\n]*`))*/g)].map(([message]) => message);
  return messages.flatMap((message) =>
    [...message.matchAll(/\$\{((?:[^{}]|\{[^}]*\})*)\}/g)].map(([, value = '']) => value),
  );
}

/** Numbers, and names that this service gave itself; `received` is what `shown` has made. */
const HARMLESS = ['bytes', 'bytes.length', 'size', 'values', 'hint', 'received', 'advice', 'beyond + 1'];
const isEscaped = (value: string) => /^(shown|escapeInvisible)\(/.test(value) || HARMLESS.includes(value);

describe('what came, in a message', () => {
  it('is shown with what cannot be seen in it, wherever a function says what it got', () => {
    const found = files.flatMap((file) =>
      shownValues(readFileSync(join(FUNCTIONS, file), 'utf8')).map((value) => ({ file, value })),
    );
    expect(found.length).toBeGreaterThan(25);
    expect(found.filter(({ value }) => !isEscaped(value))).toEqual([]);
  });

  it('is found in a message, however it is put there', () => {
    const put = (value: string) => `\${${value}}`;
    const message = `\`must be x, got ${put('name')} and ${put('other.name')}: do y\``;
    expect(shownValues(message)).toEqual(['name', 'other.name']);
    expect(shownValues(`\`must be ${put('allowed')}\``)).toEqual([]);
  });
});

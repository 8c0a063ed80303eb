import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../docs/support/documents.ts';

const SOURCE = join(ROOT, 'console/src');
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && name !== 'texts.ts')
  .map((name) => [name, readFileSync(join(SOURCE, name), 'utf8')] as const);

/** What stands between two tags of one line, or on a line alone. */
const BETWEEN_TAGS = />[^<>{}=;]*[A-Za-z]{2,}[^<>{}=;]*<\/|^ *[A-Z][a-z]*( [a-z]+)+[.:]?$/gm;
/** Attributes that are read out or shown. */
const IN_ATTRIBUTES = /\b(title|label|alt|placeholder|help|aria-label)="[^"]*[A-Za-z]{2,}/g;
/** A literal of several words. */
const SEVERAL_WORDS = /['`][^'`\n&=|]*[a-z]{2,} [a-z]{2,}[^'`\n&=|]*['`]/g;
/** For developers, or names of classes. */
const NOT_SHOWN = /class=|class\??: |new (Type)?Error\(/;

it('every text of the page is in one file', () => {
  const found = files.flatMap(([name, source]) => {
    const lines = source.split('\n').filter((line) => !/^\s*(\/\/|\*|\/\*\*)/.test(line) && !NOT_SHOWN.test(line));
    const code = lines.join('\n');
    const texts = [BETWEEN_TAGS, IN_ATTRIBUTES, SEVERAL_WORDS].flatMap((pattern) => code.match(pattern) ?? []);
    return texts.map((text) => `${name}: ${text}`);
  });
  expect(found).toEqual([]);
});

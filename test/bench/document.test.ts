import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withPart } from '../../bench/document.ts';
import { PARTS } from '../../bench/options.ts';

const place = (part: string, text: string) =>
  `<!-- bench: written by npm run bench -- ${part} --document -->\n\n${text}\n\n<!-- /bench -->`;

describe('docs/performance.md', () => {
  it('gets what a part has printed in place of what it had, and keeps the others', () => {
    const document = `before\n${place('cold', 'old')}\nbetween\n${place('batch', 'other')}\nbehind\n`;
    const expected = `before\n${place('cold', 'new')}\nbetween\n${place('batch', 'other')}\nbehind\n`;
    expect(withPart(document, 'cold', 'new')).toBe(expected);
    expect(() => withPart(document, 'counts', 'new')).toThrow('counts');
  });

  it.each(Object.keys(PARTS))('has a place for %s', (part) => {
    const document = readFileSync(join(import.meta.dirname, '../../docs/performance.md'), 'utf8');
    expect(withPart(document, part, 'printed')).toContain('printed');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createSplitter,
  MAX_LINE_BYTES,
  type RawLine,
} from '../../../../../functions/core/batch/reading/line-splitter.ts';
import type { Place } from '../../../../../functions/core/batch/upload.ts';

const START: Place = { offset: 0, line: 1 };

function split(file: Uint8Array, hasQuotes: boolean, cuts: readonly number[] = [], from = START): readonly RawLine[] {
  const splitter = createSplitter(from, hasQuotes);
  const ends = [...new Set([...cuts.map((cut) => cut % (file.length + 1)), file.length])].sort((a, b) => a - b);
  let start = from.offset;
  const lines: RawLine[] = [];
  for (const end of ends.filter((each) => each > from.offset)) {
    lines.push(...splitter.push(file.subarray(start, end)));
    start = end;
  }
  return [...lines, ...splitter.end()];
}

const shown = (lines: readonly RawLine[]) => lines.map(({ bytes, ...rest }) => ({ ...rest, text: Buffer.from(bytes) }));
const texts = (lines: readonly RawLine[]) => lines.map(({ bytes }) => Buffer.from(bytes).toString());

// Few different bytes, so that quotes, commas and line breaks meet in every way.
const file = fc
  .array(fc.constantFrom('a', 'é', '"', ',', '\n', '\r\n', '\r', ' '), { maxLength: 60 })
  .map((parts) => Buffer.from(parts.join('')));
const cuts = fc.array(fc.nat(200), { maxLength: 8 });

describe.each([false, true])('lines of a file, quotes: %s', (hasQuotes) => {
  it('are the same wherever its chunks are cut', () => {
    fc.assert(
      fc.property(file, cuts, (bytes, at) => {
        expect(shown(split(bytes, hasQuotes, at))).toEqual(shown(split(bytes, hasQuotes)));
      }),
      { numRuns: 3000 },
    );
  });

  it('are the same when the reading goes on behind any of them', () => {
    fc.assert(
      fc.property(file, cuts, (bytes, at) => {
        const all = split(bytes, hasQuotes);
        for (const [index, { next }] of all.entries()) {
          expect(shown(split(bytes, hasQuotes, at, next))).toEqual(shown(all.slice(index + 1)));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('say where they stand: the bytes between two places, and as many line breaks', () => {
    fc.assert(
      fc.property(file, (bytes) => {
        let place = START;
        for (const { line, next, bytes: content, isUnterminated } of split(bytes, hasQuotes)) {
          const between = bytes.subarray(place.offset, next.offset);
          expect(line).toBe(place.line);
          expect(between.subarray(0, content.length)).toEqual(content);
          const breaks = between.filter((byte) => byte === 10).length;
          const isCutOff = isUnterminated || between.at(-1) !== 10;
          expect(next.line - place.line).toBe(isCutOff ? breaks + 1 : breaks);
          place = next;
        }
        expect(place.offset).toBe(bytes.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a line', () => {
  it.each([
    ['ends with LF or CRLF, or with the file', 'a\nb\r\nc', ['a', 'b', 'c']],
    ['may be blank', '\n\na\n', ['', '', 'a']],
    ['is nothing where the file is empty', '', []],
  ])('%s', (_, text, lines) => {
    expect(texts(split(Buffer.from(text), false))).toEqual(lines);
  });

  it.each([
    ['goes on within a quoted field', '"a\nb",c\nd', ['"a\nb",c', 'd']],
    ['does not end with a doubled quote', '"a""\n""b"\nc', ['"a""\n""b"', 'c']],
    ['ends where a quote is no field’s first character', 'a "x\nb', ['a "x', 'b']],
    ['goes on within a later field', 'a,"b\nc"\nd', ['a,"b\nc"', 'd']],
  ])('of CSV %s', (_, text, lines) => {
    expect(texts(split(Buffer.from(text), true))).toEqual(lines);
  });

  it('of CSV in which the file ends says so', () => {
    expect(split(Buffer.from('a\n"b\nc\n'), true).map((each) => [each.line, each.isUnterminated])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it.each([false, true])(
    'that is too long is held as far as a line may go, and the next one is whole (quotes: %s)',
    (hasQuotes) => {
      const longest = 'x'.repeat(MAX_LINE_BYTES);
      const lines = split(
        Buffer.from(`${longest}\r\n${longest}y\n${longest.repeat(5)}\nz`),
        hasQuotes,
        [1000, 70_000, 200_000],
      );
      expect(lines.map(({ isTooLong, bytes }) => [isTooLong, bytes.length])).toEqual([
        [false, MAX_LINE_BYTES],
        [true, MAX_LINE_BYTES],
        [true, MAX_LINE_BYTES],
        [false, 1],
      ]);
    },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../../../../../functions/core/batch/reading/file-text.ts';
import {
  createSplitter,
  MAX_LINE_BYTES,
  type RawLine,
  type Splitter,
} from '../../../../../functions/core/batch/reading/line-splitter.ts';
import { createUtf16Splitter } from '../../../../../functions/core/batch/reading/text-file.ts';
import type { Place } from '../../../../../functions/core/batch/upload.ts';

const START: Place = { offset: 0, line: 1 };

type Make = (from: Place, separators?: string) => Splitter;

function split(
  file: Uint8Array,
  separators: string | undefined,
  cuts: readonly number[] = [],
  from = START,
  make: Make = createSplitter,
): readonly RawLine[] {
  const splitter = make(from, separators);
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

/** What ends a line: both of two in one, or one of them. */
const BREAK = /\r\n|\r|\n/;
const breaksIn = (bytes: Uint8Array) => Buffer.from(bytes).toString().split(BREAK).length - 1;

describe.each([undefined, ','])('lines of a file, fields separated by: %s', (separators) => {
  it('are the same wherever its chunks are cut', () => {
    fc.assert(
      fc.property(file, cuts, (bytes, at) => {
        expect(shown(split(bytes, separators, at))).toEqual(shown(split(bytes, separators)));
      }),
      { numRuns: 600 },
    );
  });

  it('are the same when the reading goes on behind any of them', () => {
    fc.assert(
      fc.property(file, cuts, (bytes, at) => {
        const all = split(bytes, separators);
        for (const [index, { next }] of all.entries()) {
          expect(shown(split(bytes, separators, at, next))).toEqual(shown(all.slice(index + 1)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('say where they stand: the bytes between two places, and as many line breaks', () => {
    fc.assert(
      fc.property(file, (bytes) => {
        let place = START;
        for (const { line, next, bytes: content, isUnterminated } of split(bytes, separators)) {
          const between = bytes.subarray(place.offset, next.offset);
          expect(line).toBe(place.line);
          expect(Buffer.from(content)).toEqual(Buffer.from(between.subarray(0, content.length)));
          const breaks = breaksIn(between);
          const isCutOff = isUnterminated || ![10, 13].includes(between.at(-1) ?? 0);
          expect(next.line - place.line).toBe(isCutOff ? breaks + 1 : breaks);
          place = next;
        }
        expect(place.offset).toBe(bytes.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a line', () => {
  it.each([
    ['ends with LF, CRLF or CR, or with the file', 'a\nb\r\nc\rd', ['a', 'b', 'c', 'd']],
    ['ends with the CR that the file ends with', 'a\rb\r', ['a', 'b']],
    ['may be blank', '\n\na\n', ['', '', 'a']],
    ['may be blank behind a CR', '\r\r\n\ra\r', ['', '', '', 'a']],
    ['is nothing where the file is empty', '', []],
  ])('%s', (_, text, lines) => {
    expect(texts(split(Buffer.from(text), undefined))).toEqual(lines);
  });

  it('is what stands between two breaks, wherever they are', () => {
    fc.assert(
      fc.property(file, cuts, (bytes, at) => {
        const lines = bytes.toString().split(BREAK);
        expect(texts(split(bytes, undefined, at))).toEqual(lines.at(-1) === '' ? lines.slice(0, -1) : lines);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['goes on within a quoted field', '"a\nb",c\nd', ['"a\nb",c', 'd']],
    ['does not end with a doubled quote', '"a""\n""b"\nc', ['"a""\n""b"', 'c']],
    ['ends where a quote is no field’s first character', 'a "x\nb', ['a "x', 'b']],
    ['goes on within a later field', 'a,"b\nc"\nd', ['a,"b\nc"', 'd']],
    ['keeps the CR of a quoted field', 'a,"b\rc\r\nd"\re', ['a,"b\rc\r\nd"', 'e']],
    ['ends behind a quote with a CR alone', '"a"\r"b"\r', ['"a"', '"b"']],
  ])('of CSV %s', (_, text, lines) => {
    expect(texts(split(Buffer.from(text), ','))).toEqual(lines);
  });

  it('of CSV goes on only within a field that its own separator begins', () => {
    const text = 'a;"b\nc"\nd,"e\nf"\n';
    expect(texts(split(Buffer.from(text), ';'))).toEqual(['a;"b\nc"', 'd,"e', 'f"']);
    expect(texts(split(Buffer.from(text), ','))).toEqual(['a;"b', 'c"', 'd,"e\nf"']);
  });

  it('of CSV in which the file ends says so', () => {
    expect(split(Buffer.from('a\n"b\nc\n'), ',').map((each) => [each.line, each.isUnterminated])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it.each([undefined, ','])(
    'that is too long is held as far as a line may go, and the next one is whole (fields separated by: %s)',
    (separators) => {
      const longest = 'x'.repeat(MAX_LINE_BYTES);
      const lines = split(
        Buffer.from(`${longest}\r\n${longest}y\n${longest.repeat(5)}\nz`),
        separators,
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

describe.each(['UTF-16LE', 'UTF-16BE'] as const)('lines of a file in %s', (name) => {
  const encode = (text: string) => {
    const bytes = Buffer.from(text, 'utf16le');
    return name === 'UTF-16BE' ? bytes.swap16() : bytes;
  };
  const make: Make = (from, separators) => createUtf16Splitter(name, from, separators);
  const text = fc
    .array(fc.constantFrom('a', 'é', '写', '😀', '"', ',', '\n', '\r\n', '\r'), { maxLength: 40 })
    .map((parts) => parts.join(''));

  it.each([undefined, ','])('are those of the same file in UTF-8, wherever its chunks are cut (%s)', (separators) => {
    fc.assert(
      fc.property(text, cuts, (each, at) => {
        const lines = split(encode(each), separators, at, START, make);
        const same = split(Buffer.from(each), separators);
        expect(shown(lines).map(({ next, ...rest }) => ({ ...rest, next: next.line }))).toEqual(
          shown(same).map(({ next, ...rest }) => ({ ...rest, next: next.line })),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are the same when the reading goes on behind any of them', () => {
    fc.assert(
      fc.property(text, cuts, (each, at) => {
        const bytes = encode(each);
        const all = split(bytes, ',', [], START, make);
        for (const [index, { next }] of all.entries()) {
          expect(shown(split(bytes, ',', at, next, make))).toEqual(shown(all.slice(index + 1)));
        }
        expect(all.at(-1)?.next.offset ?? 0).toBe(bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  it('are no text where half a character stands, or half of it at the end', () => {
    const lines = split(Buffer.concat([encode('a\nb\ud83d\nc\nd'), Buffer.of(0x20)]), undefined, [], START, make);
    expect(lines.map(({ bytes }) => decodeUtf8(bytes))).toEqual(['a', undefined, 'c', undefined]);
  });

  it('leave nothing behind the last one where the file ends within a character', () => {
    for (const end of ['d', 'd\ud83d', '\ud83d']) {
      const bytes = Buffer.concat([encode(`a\n${end}`), Buffer.of(0x20)]);
      const lines = split(bytes, undefined, [], START, make);
      expect(lines).toHaveLength(2);
      expect(lines.at(-1)?.next.offset).toBeGreaterThanOrEqual(bytes.length);
    }
  });
});

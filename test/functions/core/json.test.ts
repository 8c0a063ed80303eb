import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, firstBytes, MAX_JSON_DEPTH, parseJson, plainNumber } from '../../../functions/core/json.ts';

describe('parseJson', () => {
  it.each([
    ['an integer beyond 2^53', '{"id":12345678901234567890}'],
    ['more decimals than a double holds', '{"at":0.12345678901234567891}'],
    ['an integer with decimals that a double drops', '{"at":1.00000000000000000001}'],
    ['the shortest integers that a double has not', '[9007199254740993,-9007199254740993]'],
    ['an exponent', '{"n":1e400,"m":2E-7}'],
    ['a zero below zero', '{"n":-0,"m":[-0,-0.0]}'],
    ['zeros at the end of a fraction', '[1.0,{"price":12.50}]'],
    ['what JavaScript writes with an exponent', '[0.0000001,0.000001]'],
  ])('writes %s back digit by digit', (_, text) => {
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  const digits = fc.stringMatching(/^[0-9]{1,25}$/);
  const literal = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,24}$/)),
      fc.option(fc.oneof(digits, fc.constantFrom('0', '00', '50', '000000', '0000001')), { nil: undefined }),
      fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits), { nil: undefined }),
    )
    .map(([sign, whole, fraction, exponent]) =>
      [sign, whole, fraction === undefined ? '' : `.${fraction}`, ...(exponent ?? [])].join(''),
    );
  const space = fc.constantFrom('', ' ', '\n\t', '\r\n');

  it('lets every number go out as the literal that came in, wherever it stands', () => {
    fc.assert(
      fc.property(literal, literal, space, space, (one, other, before, after) => {
        const padded = (text: string) => `${before}${text}${after}`;
        expect(JSON.stringify(parseJson(padded(one)))).toBe(one);
        const text = `[${padded(one)},{"a":${padded(other)},"b":[${padded(one)}]}]`;
        expect(JSON.stringify(parseJson(text))).toBe(`[${one},{"a":${other},"b":[${one}]}]`);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads every JSON value as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(parseJson(text))).toBe(text);
      }),
    );
  });

  it('never grows a text whose numbers are written long', () => {
    const text = `[${Array(100).fill('1e20').join(',')}]`;
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it.each(['[', '{"a":'])('refuses %s nested beyond the limit, and does not overflow the stack', (open) => {
    const close = open === '[' ? ']' : '}';
    const nested = (depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
    expect(() => parseJson(nested(MAX_JSON_DEPTH))).not.toThrow();
    expect(() => parseJson(nested(MAX_JSON_DEPTH + 1))).toThrow(RangeError);
    expect(() => parseJson(nested(30_000))).toThrow(RangeError);
  });

  it.each(['', 'abc', '{', '{"a":1,}', '\u0000'])('refuses %j, which is not JSON', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

describe('plainNumber', () => {
  it.each([
    ['4.0', 4],
    ['4e0', 4],
    ['12345678901234567890', 12345678901234567000],
    ['7', 7],
    ['"4.0"', '4.0'],
    ['null', null],
  ])('takes %s for %j', (text, value) => {
    expect(plainNumber(parseJson(text))).toBe(value);
  });
});

describe('canonicalJson', () => {
  it.each([
    ['{"a":1.0}', '{"a":1}'],
    ['{"a":-0}', '{"a":0}'],
    ['{"a":[12.50]}', '{"a":[12.5]}'],
  ])('takes %s for %s, which is the same number', (one, other) => {
    expect(canonicalJson(parseJson(one))).toBe(other);
  });

  it('is the same for the same content in any order of members', () => {
    const one = parseJson('{"b":{"y":1,"x":[1,2]},"a":null,"id":12345678901234567890}');
    const other = parseJson('{ "id":12345678901234567890, "a":null, "b":{"x":[1,2],"y":1} }');
    expect(canonicalJson(one)).toBe(canonicalJson(other));
  });

  it.each([
    ['[1,2]', '[2,1]'],
    ['{"a":null}', '{}'],
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":12345678901234567890}', '{"a":12345678901234567891}'],
  ])('tells %s from %s', (one, other) => {
    expect(canonicalJson(parseJson(one))).not.toBe(canonicalJson(parseJson(other)));
  });

  it('keeps what JSON.parse reads back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('firstBytes', () => {
  it('cuts at most at the limit and never through a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, limit) => {
        const cut = firstBytes(text, limit);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
        expect(text.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(text) - Buffer.byteLength(cut)).toBeLessThanOrEqual(
          Math.max(0, Buffer.byteLength(text) - limit) + 3,
        );
      }),
    );
  });
});

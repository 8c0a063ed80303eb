import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, firstBytes, MAX_JSON_DEPTH, parseJson } from '../../../functions/core/json.ts';

describe('parseJson', () => {
  it.each([
    ['an integer beyond 2^53', '{"id":12345678901234567890}'],
    ['more decimals than a double holds', '{"at":0.12345678901234567891}'],
    ['an integer with decimals that a double drops', '{"at":1.00000000000000000001}'],
    ['an exponent', '{"n":1e400,"m":2E-7}'],
  ])('writes %s back digit by digit', (_, text) => {
    expect(JSON.stringify(parseJson(text))).toBe(text);
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

describe('canonicalJson', () => {
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

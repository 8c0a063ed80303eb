import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isToken } from '../../../../functions/core/completion/webhook-token.ts';

const LENGTHS = Array.from({ length: 300 }, (_, index) => index + 1);
const tokenOf = (length: number) => randomBytes(length).toString('hex').slice(0, length);

describe('a token', () => {
  it('of every length is taken, and nothing that is shorter, longer or different in one place', () => {
    for (const length of LENGTHS) {
      const token = tokenOf(length);
      expect(isToken([token], [token]), `length ${length}`).toBe(true);
      const place = length % token.length;
      const others = [
        token.slice(1),
        token.slice(0, -1),
        `${token}0`,
        ` ${token}`,
        `${token.slice(0, place)}!${token.slice(place + 1)}`,
        token.toUpperCase() === token ? `${token}x` : token.toUpperCase(),
        '',
      ];
      expect(isToken([token], others), `length ${length}`).toBe(false);
    }
  });

  it('of every length is compared with one of every other length, and refused without an error', () => {
    const tokens = LENGTHS.filter((length) => length % 7 === 0).map(tokenOf);
    for (const token of tokens) {
      for (const other of tokens) expect(isToken([token], [other])).toBe(token === other);
    }
  });

  it('is taken when it is one of several on either side, and when nothing is wanted or presented nothing fits', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 3 }), fc.array(fc.string(), { maxLength: 3 }), (tokens, given) => {
        expect(isToken(tokens, given)).toBe(given.some((each) => tokens.includes(each)));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anything, cut, places, read, wellFormed } from './answers.ts';

const room = fc.constantFrom(0, 1, 10, 1024 * 1024);

describe('an answer that comes in pieces, each written over by the next,', () => {
  test('reads as it does in one', () => {
    fc.assert(
      fc.property(wellFormed, places, room, ({ text, closes }, at, maxBytes) => {
        const whole = read([text], maxBytes);
        expect(whole.error).toBeUndefined();
        expect(whole.isOver || (closes && whole.endsWithConnection)).toBe(true);
        expect(read(cut(text, at), maxBytes)).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  test('reads as it does in one when it is none, or more than one', () => {
    fc.assert(
      fc.property(anything, places, room, ([first, fragments], at, maxBytes) => {
        const text = first + fragments.join('');
        expect(read(cut(text, at), maxBytes)).toEqual(read([text], maxBytes));
      }),
      { numRuns: 1_000 },
    );
  });

  test('reads as it does in one when each piece is one byte', () => {
    fc.assert(
      fc.property(wellFormed, ({ text }) => {
        expect(read([...text])).toEqual(read([text]));
      }),
    );
  });

  test.each([1, 2, 3])('may have a head of just 16 KiB, of which the last %d bytes come later', (late) => {
    const start = 'HTTP/1.1 204 X\r\nA: ';
    const text = `${start}${'x'.repeat(16 * 1024 - start.length)}\r\n\r\n`;
    expect(read([text])).toMatchObject({ isOver: true, status: 204 });
    expect(read([text.slice(0, -late), text.slice(-late)])).toEqual(read([text]));
  });
});

import { describe, expect, it } from 'vitest';
import { parsePrefer } from '../../../functions/reprocess-api/prefer.ts';

describe('parsePrefer', () => {
  it.each<[string | undefined, number, string[]]>([
    [undefined, 10_000, []],
    ['', 10_000, []],
    ['return=minimal', 10_000, []],
    ['wait=0', 0, ['wait=0']],
    ['wait=3', 3000, ['wait=3']],
    ['wait=20', 20_000, ['wait=20']],
    ['wait=100', 20_000, ['wait=20']],
    ['Wait = "5"', 5000, ['wait=5']],
    ['wait=-1', 10_000, []],
    ['wait=soon', 10_000, []],
    ['respond-async', 0, ['respond-async']],
    ['respond-async, wait=7', 7000, ['wait=7']],
    ['wait=99999999999999999999', 20_000, ['wait=20']],
    ['wait="', 10_000, []],
    ['wait="5', 10_000, []],
    ['wait=', 10_000, []],
    ['wait=5 6', 10_000, []],
    ['respond-async=""', 0, ['respond-async']],
    ['respond-async=no', 10_000, []],
    [',, wait=4 ,', 4000, ['wait=4']],
    ['wait=4;wait=9', 4000, ['wait=4']],
    // Of a preference that is named twice the first counts, whatever it says.
    ['wait=soon, wait=3', 10_000, []],
    ['wait=2, wait=3', 2000, ['wait=2']],
    // Commas and semicolons within quotes part nothing.
    ['note="a, wait=3", respond-async', 0, ['respond-async']],
    ['note="a, wait=3"', 10_000, []],
    ['note="a\\", wait=3"', 10_000, []],
    ['note="a;b", wait=3', 3000, ['wait=3']],
    ['note="open, wait=3', 10_000, []],
    ['handling=lenient, Respond-Async; foo=bar', 0, ['respond-async']],
  ])('understands %j as %i ms', (header, waitMs, applied) => {
    expect(parsePrefer(header)).toMatchObject({ waitMs, applied });
  });

  it.each([
    ['quotes', 'wait="'.repeat(20_000)],
    ['backslashes', `"${'\\'.repeat(100_001)}`],
    ['spaces', `wait${' '.repeat(100_000)}5`],
    ['commas', ','.repeat(100_000)],
  ])('is not slowed down by %s without end', (_, header) => {
    expect(parsePrefer(header)).toEqual({ waitMs: 10_000, applied: [], isAsync: false });
  });

  it('waits for the default time without the header', () => {
    expect([undefined, 'wait=soon', 'wait=3', 'respond-async'].map((header) => parsePrefer(header, 7).waitMs)).toEqual([
      7000, 7000, 3000, 0,
    ]);
  });

  it.each([
    [undefined, false],
    ['wait=3', false],
    ['respond-async', true],
    ['respond-async, wait=3', true],
    ['respond-async=no', false],
  ])('takes %j for a call that wants a 202: %s', (header, isAsync) => {
    expect(parsePrefer(header).isAsync).toBe(isAsync);
  });
});

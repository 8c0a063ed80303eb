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
    ['handling=lenient, Respond-Async; foo=bar', 0, ['respond-async']],
  ])('understands %j as %i ms', (header, waitMs, applied) => {
    expect(parsePrefer(header)).toEqual({ waitMs, applied });
  });
});

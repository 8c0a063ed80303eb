import { describe, expect, it } from 'vitest';
import type { CallEnd, Happening } from '../../chaos/facts.ts';
import { accountOf, request } from './support/story.ts';

const one = request('r1');
const { claimed, called, answered } = one.steps;

/** Ms after the start at which a container's calls begin and end, and how. */
type Call = readonly [from: number, until: number, how: CallEnd, retryAfter?: number];

function brokenBy(calls: readonly Call[], more = {}): readonly string[] {
  const began: Happening = { kind: 'began', invocation: 1, environment: 'worker-1', text: 'test' };
  const happenings = calls.flatMap(([from, until, how, retryAfter], index) => {
    const requestId = `sqs:${index}`;
    const asked = retryAfter === undefined ? {} : { retryAfter };
    const preferences = { index };
    return [
      { ...claimed, requestId, preferences: JSON.stringify(preferences), at: from, order: from },
      { ...called, call: index + 1, preferences, at: from, order: from },
      { ...answered, call: index + 1, how, ...asked, at: until, order: until },
    ];
  });
  const inOrder = happenings.toSorted((a, b) => a.order - b.order).map(({ order: _, ...rest }) => rest);
  const { broken } = accountOf([], [{ ...began, at: 0 }, ...(inOrder as (Happening & { at: number })[])], more);
  return [...new Set(broken)].filter((rule) => ['over_rate', 'breaker', 'key_reads'].includes(rule));
}

describe('a container', () => {
  it.each<[string, readonly string[], readonly Call[]]>([
    [
      'may call while all goes well',
      [],
      [
        [0, 100, 200],
        [10, 120, 200],
        [200, 300, 404],
      ],
    ],
    [
      'calls nobody for 5 s after it was throttled',
      ['breaker'],
      [
        [0, 100, 429],
        [3000, 3100, 200],
      ],
    ],
    [
      'may end a call that was permitted before',
      [],
      [
        [0, 300, 429],
        [310, 500, 200],
      ],
    ],
    [
      'calls nobody for as long as it was asked',
      ['breaker'],
      [
        [0, 100, 503, 60],
        [30_000, 30_100, 200],
      ],
    ],
    [
      'probes with one call',
      ['breaker'],
      [
        [0, 100, 429],
        [6000, 9000, 200],
        [7000, 7100, 200],
      ],
    ],
    [
      'goes on when the probe got through',
      [],
      [
        [0, 100, 429],
        [6000, 6100, 200],
        [6200, 6300, 200],
        [6250, 6350, 200],
      ],
    ],
    [
      'waits twice as long after a probe that failed',
      ['breaker'],
      [
        [0, 100, 429],
        [6000, 6100, 429],
        [12_000, 12_100, 200],
      ],
    ],
    [
      'needs three calls in a row without a response',
      [],
      [
        [0, 100, 'lost'],
        [200, 300, 'lost'],
        [400, 500, 200],
      ],
    ],
    [
      'opens after three',
      ['breaker'],
      [
        [0, 100, 'lost'],
        [200, 300, 'not_sent'],
        [400, 500, 504],
        [1000, 1100, 200],
      ],
    ],
    [
      'opens for an unpaid bill',
      ['breaker'],
      [
        [0, 100, 402],
        [1000, 1100, 200],
      ],
    ],
  ])('%s', (_, rules, calls) => {
    expect(brokenBy(calls)).toEqual(rules);
  });

  it('keeps to its rate', () => {
    const calls = (apart: number) => [0, 1, 2, 3].map((nth): Call => [nth * apart, nth * apart + 10, 200]);
    expect(brokenBy(calls(300), { callsPerSecond: 3 })).toEqual(['over_rate']);
    expect(brokenBy(calls(340), { callsPerSecond: 3 })).toEqual([]);
    const [, ...others] = calls(300);
    expect(brokenBy([[0, 10, 'not_sent'], ...others], { callsPerSecond: 3 })).toEqual([]);
  });

  it('reads the key again every 30 s', () => {
    const began: Happening = { kind: 'began', invocation: 1, environment: 'worker-1', text: 'test' };
    const reads = (apart: number) =>
      [0, 1, 2].map((nth): Happening & { at: number } => ({ kind: 'key_read', invocation: 1, at: nth * apart }));
    expect(accountOf([], [began, ...reads(10_000)]).broken).toEqual(['key_reads']);
    expect(accountOf([], [began, ...reads(20_000)]).broken).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { CallEnd, Happening } from '../../chaos/facts.ts';
import { accountOf, request } from './support/story.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-11-22T10:00:00Z');

const one = request('r1');
const { queued, known, claimed, called, answered } = one.steps;

interface Attempt {
  /** Ms after the start. */
  readonly at: number;
  readonly how: CallEnd;
  readonly retryAfter?: number;
  /** How long the ledger lets it wait then. */
  readonly wait?: number;
}

/** What these stories also break. */
const ELSEWHERE = ['lost', 'outcomes', 'breaker'];

/** A request that is called at those times, and has no outcome yet. */
function brokenBy(attempts: readonly Attempt[]): readonly string[] {
  const steps = attempts.flatMap(({ at, how, retryAfter, wait }, index): (Happening & { at: number })[] => {
    const call = index + 1;
    const invocation = index + 1;
    const asked = retryAfter === undefined ? {} : { retryAfter };
    const nextAttemptAt = START + at + (wait ?? 0);
    return [
      { ...claimed, invocation, at },
      { ...called, call, invocation, at },
      { ...answered, call, how, ...asked, at },
      ...(wait === undefined
        ? []
        : [{ kind: 'waiting', requestId: one.requestId, invocation, nextAttemptAt, at } as const]),
    ];
  });
  const { broken } = accountOf([one.submission], [{ ...queued, at: 0 }, { ...known, at: 0 }, ...steps]);
  return broken.filter((rule) => !ELSEWHERE.includes(rule));
}

describe('a request that is called again', () => {
  it.each<[string, readonly string[], readonly Attempt[]]>([
    [
      'after its waits',
      [],
      [
        { at: 0, how: 500, wait: 2 * SECOND },
        { at: 10 * SECOND, how: 500, wait: 4 * SECOND },
      ],
    ],
    [
      'after eight waits, the last of them far too short',
      ['too_early'],
      [
        ...Array.from({ length: 8 }, (_, index) => ({
          at: index * 20 * MINUTE,
          how: 500,
          wait: 2 * SECOND * 2 ** index,
        })),
        { at: 141 * MINUTE, how: 500 },
      ],
    ],
    [
      'before the time that the endpoint asked for',
      ['too_early'],
      [
        { at: 0, how: 429, retryAfter: 60, wait: SECOND },
        { at: 30 * SECOND, how: 500 },
      ],
    ],
    ['after a wait that is far too long', ['too_late'], [{ at: 0, how: 500, wait: 20 * MINUTE }]],
    ['after as long a wait as the endpoint asked for', [], [{ at: 0, how: 503, retryAfter: 1200, wait: 20 * MINUTE }]],
    [
      'for hours beyond six',
      ['too_often'],
      Array.from({ length: 36 }, (_, index) => ({
        at: index * 15 * MINUTE + (index > 0 ? HOUR : 0),
        how: 500,
        wait: Math.min(15 * MINUTE, 2 * SECOND * 2 ** index),
      })),
    ],
    [
      'for six hours, of which what follows a wait that was not written is no part',
      [],
      Array.from({ length: 40 }, (_, index) => ({
        at: index * 15 * MINUTE,
        how: 500,
        ...(index % 3 > 0 && { wait: Math.min(14 * MINUTE, 2 * SECOND * 2 ** index) }),
      })),
    ],
    [
      'a sixth time after a lost response',
      ['too_often'],
      Array.from({ length: 7 }, (_, index) => ({
        at: index * 3 * HOUR,
        how: 'lost' as const,
        wait: 30 * SECOND,
      })),
    ],
    [
      'though nothing of its answer asks for that',
      ['duplicate_call'],
      [
        { at: 0, how: 404 },
        { at: HOUR, how: 404 },
      ],
    ],
  ])('%s', (_, rules, attempts) => {
    expect([...new Set(brokenBy(attempts))]).toEqual(rules);
  });

  it.each([
    ['after a crash that kept its wait from being written, breaks no promise', 5 * SECOND, []],
    ['waits for no longer than the circuit breaker or the key without a call', 90 * SECOND, ['too_late']],
  ])('%s', (_, ms, rules) => {
    const at = 3 * MINUTE;
    const first = Array.from({ length: 8 }, (_, nth) => ({
      at: nth * 20 * MINUTE,
      how: 500,
      wait: 2 * SECOND * 2 ** nth,
    }));
    const calls = first.flatMap(({ at: time, how, wait }, nth): readonly (Happening & { at: number })[] => {
      const own = { invocation: nth + 1, at: time };
      const waiting = {
        kind: 'waiting',
        requestId: one.requestId,
        nextAttemptAt: START + time + wait,
        ...own,
      } as const;
      return [
        { ...claimed, ...own },
        { ...called, call: nth + 1, ...own },
        { ...answered, call: nth + 1, how, at: time },
        waiting,
      ];
    });
    const crashedAt = 160 * MINUTE;
    const crashed = { invocation: 20, at: crashedAt };
    const without = { invocation: 21, at: crashedAt + at };
    const again = { invocation: 22, at: crashedAt + at + ms };
    const story: readonly (Happening & { at: number })[] = [
      ...[{ ...queued, at: 0 }, { ...known, at: 0 }, ...calls],
      ...[
        { ...claimed, ...crashed },
        { ...called, call: 20, ...crashed },
        { ...answered, call: 20, how: 500, at: crashedAt },
      ],
      { kind: 'killed', text: 'test', ...crashed },
      { ...claimed, ...without },
      { kind: 'waiting', requestId: one.requestId, nextAttemptAt: START + again.at, ...without },
      ...[
        { ...claimed, ...again },
        { ...called, call: 22, ...again },
        { ...answered, call: 22, how: 500, at: again.at },
      ],
    ];
    const { broken } = accountOf([one.submission], story);
    expect(broken.filter((rule) => !ELSEWHERE.includes(rule))).toEqual(rules);
  });

  it('while the claim before has its lease', () => {
    const leaseUntil = START + MINUTE;
    const { broken } = accountOf(
      [one.submission],
      [queued, known, { ...claimed, leaseUntil }, { ...claimed, invocation: 2 }],
    );
    expect(broken).toContain('live_lease');
  });
});

describe('a message', () => {
  const hide = (seconds: number): Happening => ({ kind: 'hidden', messageId: 'm-r1', seconds, invocation: 1 });
  const until = (ms: number): Happening => {
    return { kind: 'waiting', requestId: one.requestId, invocation: 1, nextAttemptAt: START + ms };
  };

  it.each<[string, readonly string[], readonly Happening[]]>([
    ['is hidden for a minute while the circuit breaker is open', [], [hide(60)]],
    ['is not hidden for longer than that', ['hidden'], [hide(90)]],
    ['is hidden for as long as its request waits', [], [until(90_000), hide(90)]],
  ])('%s', (_, rules, happenings) => {
    const { broken } = accountOf([one.submission], [queued, known, ...happenings]);
    expect(broken.filter((rule) => rule === 'hidden')).toEqual(rules);
  });

  it('that comes with its outcome known is published, whatever holds up calls', () => {
    const began: Happening = { kind: 'began', invocation: 2, environment: 'worker-1', text: '1 message' };
    const ended: Happening = { kind: 'ended', invocation: 2, text: 'answered' };
    const again = { ...one.steps.received, count: 2, invocation: 2 };
    const story = [...one.all, { ...began, at: 60_000 }, { ...again, at: 60_000 }, { ...ended, at: 60_500 }];
    expect(accountOf([one.submission], story).broken).toEqual(['held_back']);
  });

  it('is begun within minutes where nothing goes wrong', () => {
    const late = one.all.slice(1).map((step) => ({ ...step, at: 6 * MINUTE }));
    expect(accountOf([one.submission], [queued, ...late]).broken).toEqual(['overdue']);
    const fault: Happening = { kind: 'fault', text: 'SendMessage: lost', invocation: 1 };
    expect(accountOf([one.submission], [queued, fault, ...late]).broken).toEqual([]);
  });

  it('whose request has ended is done with when that is published, also where its deletion is lost', () => {
    const { received, published, deleted } = one.steps;
    const again = { ...one.submission, ref: 'again' };
    const messageId = 'm-again';
    const repeat = (at: number, count: number, isPublished: boolean): readonly Happening[] => [
      { ...received, messageId, count, invocation: count + 1, ...{ at } },
      ...(isPublished ? [{ ...published, isNew: false, ...{ at: at + 10 } }] : []),
    ];
    const sent = { ...queued, messageId, deduplicationId: again.ref, at: MINUTE };
    const story = (isPublished: boolean) =>
      accountOf(
        [one.submission, again],
        [
          ...[...one.all, sent, ...repeat(MINUTE + 10, 1, isPublished), ...repeat(7 * MINUTE, 2, true)],
          { ...deleted, messageId, at: 7 * MINUTE + 20 },
        ],
      );
    expect(story(true).broken).toEqual([]);
    expect(story(false).broken).toEqual(['overdue']);
  });
});

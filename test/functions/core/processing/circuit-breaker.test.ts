import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admit,
  type Hold,
  heldForMs,
  type Observation,
  OPEN,
  observe,
} from '../../../../functions/core/processing/circuit-breaker.ts';

const NOW = 1_000_000;
const held = (until: number, lengthMs: number): Hold => ({ kind: 'held', reason: 'throttled', until, lengthMs });
const probing = (lengthMs: number, since = NOW): Hold => ({ kind: 'probing', reason: 'throttled', since, lengthMs });
const throttled = (retryAfterMs = 0): Observation => ({ kind: 'throttled', retryAfterMs });
const unreachable: Observation = { kind: 'unreachable' };
const answered: Observation = { kind: 'answered' };

describe('observe', () => {
  it.each<[string, Hold, Observation, object]>([
    [
      'a throttled call holds for 5 s',
      OPEN,
      throttled(),
      { kind: 'held', reason: 'throttled', until: NOW + 5000, lengthMs: 5000 },
    ],
    [
      'or for what the endpoint asks, when that is longer',
      OPEN,
      throttled(90_000),
      { until: NOW + 90_000, lengthMs: 5000 },
    ],
    [
      'an account fault holds at once',
      OPEN,
      { kind: 'account_fault' },
      { kind: 'held', reason: 'account_fault', until: NOW + 5000 },
    ],
    ['one call that finds no endpoint does not hold', OPEN, unreachable, { kind: 'open', misses: 1 }],
    ['nor a second', { kind: 'open', misses: 1 }, unreachable, { kind: 'open', misses: 2 }],
    [
      'a third does',
      { kind: 'open', misses: 2 },
      unreachable,
      { kind: 'held', reason: 'unreachable', until: NOW + 5000 },
    ],
    ['an answer between them begins the count anew', { kind: 'open', misses: 2 }, answered, OPEN],
    ['a probe that is answered ends the hold', probing(40_000), answered, OPEN],
    ['a probe that fails doubles it', probing(5000), throttled(), { until: NOW + 10_000, lengthMs: 10_000 }],
    ['up to a minute', probing(40_000), unreachable, { until: NOW + 60_000, lengthMs: 60_000 }],
    ['a probe may fail for another reason', probing(5000), { kind: 'account_fault' }, { reason: 'account_fault' }],
    ['a probe that was not made leaves its place', probing(5000), { kind: 'not_probed' }, held(NOW, 5000)],
    [
      'a call that began before the hold does not double it',
      held(NOW + 4000, 5000),
      throttled(),
      held(NOW + 4000, 5000),
    ],
    ['but may lengthen it', held(NOW + 4000, 5000), throttled(30_000), held(NOW + 30_000, 5000)],
    ['a call that began before the hold does not end it', held(NOW + 4000, 5000), answered, held(NOW + 4000, 5000)],
  ])('%s', (_, hold, observation, next) => {
    expect(observe(hold, observation, NOW)).toMatchObject(next);
  });
});

describe('admit', () => {
  it('lets calls begin while nothing is held', () => {
    expect(admit(OPEN, NOW).admission).toEqual({ kind: 'go', probe: false });
  });

  it('lets none begin during a hold, and says for how long', () => {
    expect(admit(held(NOW + 700, 5000), NOW).admission).toEqual({ kind: 'held', ms: 700 });
  });

  it('lets a single one go first when the hold is over', () => {
    const first = admit(held(NOW, 5000), NOW);
    expect(first.admission).toEqual({ kind: 'go', probe: true });
    expect(admit(first.hold, NOW).admission).toEqual({ kind: 'held', ms: 5000 });
  });

  it('lets another go when nothing was heard of the first for longer than a call may take', () => {
    expect(admit(probing(5000, NOW - 29_999), NOW).admission.kind).toBe('held');
    expect(admit(probing(5000, NOW - 30_000), NOW).admission).toEqual({ kind: 'go', probe: true });
  });
});

describe('a hold', () => {
  it('never outlasts a minute or what the endpoint asked for, and ends with the first probe that is answered', () => {
    const observations = fc.constantFrom<Observation>(throttled(), throttled(45_000), unreachable, answered, {
      kind: 'account_fault',
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(observations, fc.nat(20_000)), { maxLength: 60 }), (history) => {
        let [hold, now]: [Hold, number] = [OPEN, NOW];
        for (const [observation, passed] of history) {
          now += passed;
          hold = observe(admit(hold, now).hold, observation, now);
          expect(heldForMs(hold, now)).toBeLessThanOrEqual(60_000);
        }
        const later = now + 60_000;
        const probe = admit(hold, later);
        expect(probe.admission.kind).toBe('go');
        expect(observe(probe.hold, answered, later)).toEqual(OPEN);
      }),
      { numRuns: 10_000 },
    );
  });
});

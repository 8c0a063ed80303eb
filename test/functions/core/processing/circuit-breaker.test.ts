import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admit,
  type CircuitState,
  CLOSED,
  type Observation,
  observe,
  openForMs,
} from '../../../../functions/core/processing/circuit-breaker.ts';

const NOW = 1_000_000;
const open = (until: number, lengthMs: number): CircuitState => ({
  kind: 'open',
  reason: 'throttled',
  until,
  lengthMs,
});
const halfOpen = (lengthMs: number, since = NOW): CircuitState => ({
  kind: 'half_open',
  reason: 'throttled',
  since,
  lengthMs,
});
const throttled = (retryAfterMs = 0): Observation => ({ kind: 'throttled', retryAfterMs });
const unreachable: Observation = { kind: 'unreachable' };
const answered: Observation = { kind: 'answered' };

describe('observe', () => {
  it.each<[string, CircuitState, Observation, object]>([
    [
      'a throttled call opens it for 5 s',
      CLOSED,
      throttled(),
      { kind: 'open', reason: 'throttled', until: NOW + 5000, lengthMs: 5000 },
    ],
    [
      'or for what the endpoint asks, when that is longer',
      CLOSED,
      throttled(90_000),
      { until: NOW + 90_000, lengthMs: 5000 },
    ],
    ['but for no less than 5 s', CLOSED, throttled(1000), { until: NOW + 5000, lengthMs: 5000 }],
    [
      'an account fault opens it at once',
      CLOSED,
      { kind: 'account_fault' },
      { kind: 'open', reason: 'account_fault', until: NOW + 5000 },
    ],
    ['one call that finds no endpoint does not open it', CLOSED, unreachable, { kind: 'closed', misses: 1 }],
    ['nor a second', { kind: 'closed', misses: 1 }, unreachable, { kind: 'closed', misses: 2 }],
    [
      'a third does',
      { kind: 'closed', misses: 2 },
      unreachable,
      { kind: 'open', reason: 'unreachable', until: NOW + 5000 },
    ],
    ['an answered call between them begins the count anew', { kind: 'closed', misses: 2 }, answered, CLOSED],
    ['a probe that is answered closes it', halfOpen(40_000), answered, CLOSED],
    ['a probe that fails doubles the time', halfOpen(5000), throttled(), { until: NOW + 10_000, lengthMs: 10_000 }],
    ['up to a minute', halfOpen(40_000), unreachable, { until: NOW + 60_000, lengthMs: 60_000 }],
    ['a probe may fail for another reason', halfOpen(5000), { kind: 'account_fault' }, { reason: 'account_fault' }],
    ['a probe that was not made leaves its place', halfOpen(5000), { kind: 'not_probed' }, open(NOW, 5000)],
    [
      'a call that began before it opened does not double the time',
      open(NOW + 4000, 5000),
      throttled(),
      open(NOW + 4000, 5000),
    ],
    ['but may lengthen it', open(NOW + 4000, 5000), throttled(30_000), open(NOW + 30_000, 5000)],
    ['a call that began before it opened does not close it', open(NOW + 4000, 5000), answered, open(NOW + 4000, 5000)],
  ])('%s', (_, state, observation, next) => {
    expect(observe(state, observation, NOW)).toMatchObject(next);
  });
});

describe('admit', () => {
  it('allows calls while it is closed', () => {
    expect(admit(CLOSED, NOW).admission).toEqual({ kind: 'allowed', probe: false });
  });

  it('lets none begin during a state, and says for how long', () => {
    expect(admit(open(NOW + 700, 5000), NOW).admission).toEqual({ kind: 'open', ms: 700 });
  });

  it('allows a single probe when the open time is over', () => {
    const first = admit(open(NOW, 5000), NOW);
    expect(first.admission).toEqual({ kind: 'allowed', probe: true });
    expect(admit(first.state, NOW).admission).toEqual({ kind: 'open', ms: 5000 });
  });

  it('allows another when nothing was heard of the first for longer than a call may take', () => {
    expect(admit(halfOpen(5000, NOW - 29_999), NOW).admission.kind).toBe('open');
    expect(admit(halfOpen(5000, NOW - 30_000), NOW).admission).toEqual({ kind: 'allowed', probe: true });
  });
});

describe('the circuit breaker', () => {
  it('is never open for longer than a minute or what the endpoint asked for, and closes with the first probe that is answered', () => {
    const observations = fc.constantFrom<Observation>(throttled(), throttled(45_000), unreachable, answered, {
      kind: 'account_fault',
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(observations, fc.nat(20_000)), { maxLength: 60 }), (history) => {
        let [state, now]: [CircuitState, number] = [CLOSED, NOW];
        for (const [observation, passed] of history) {
          now += passed;
          state = observe(admit(state, now).state, observation, now);
          expect(openForMs(state, now)).toBeLessThanOrEqual(60_000);
        }
        const later = now + 60_000;
        const probe = admit(state, later);
        expect(probe.admission.kind).toBe('allowed');
        expect(observe(probe.state, answered, later)).toEqual(CLOSED);
      }),
      { numRuns: 2000 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../../../functions/core/processing/rate-limiter.ts';
import { NOON, standingClock } from '../../../support/fixtures.ts';

function limiterOf(callsPerSecond: number) {
  const clock = standingClock();
  const limiter = createRateLimiter({ clock, callsPerSecond });
  return { ...limiter, at: (ms: number) => clock.set(NOON + ms) };
}

describe('the rate limiter', () => {
  it('lets as many calls begin at once as it allows in a second', () => {
    const { reserve } = limiterOf(3);
    expect([reserve(), reserve(), reserve(), reserve()].map((call) => call.waitMs())).toEqual([0, 0, 0, 1020]);
  });

  it('counts a call from when it was sent, however late that is', () => {
    const { reserve, at } = limiterOf(1);
    const late = reserve();
    at(300);
    late.sent();
    at(1020);
    expect(reserve().waitMs()).toBe(300);
  });

  it('lengthens the wait of a call that was reserved before the late one was sent', () => {
    const { reserve, at } = limiterOf(1);
    const late = reserve();
    const next = reserve();
    at(300);
    late.sent();
    at(1020);
    expect(next.waitMs()).toBe(300);
    at(1320);
    expect(next.waitMs()).toBe(0);
  });

  it('counts a call that was never sent from when it could have begun', () => {
    const { reserve, at } = limiterOf(1);
    reserve();
    expect(reserve().waitMs()).toBe(1020);
    at(5000);
    expect(reserve().waitMs()).toBe(0);
  });

  it('never lets more calls be sent in a second than it allows, however late they are', () => {
    const { reserve, at } = limiterOf(10);
    const sent: number[] = [];
    let now = 0;
    for (let batch = 0; batch < 100; batch += 1) {
      const calls = Array.from({ length: 10 }, () => reserve());
      now += Math.max(...calls.map((call) => call.waitMs()));
      for (const [index, call] of calls.entries()) {
        now += (batch * 7 + index * 13) % 40;
        at(now);
        call.sent();
        sent.push(now);
      }
    }
    const spans = sent.slice(10).map((time, index) => time - (sent[index] ?? 0));
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(1020);
  });
});

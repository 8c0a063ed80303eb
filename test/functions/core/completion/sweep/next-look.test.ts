import { describe, expect, it } from 'vitest';
import { lookAfterFailure, nextLook } from '../../../../../functions/core/completion/sweep/next-look.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const schedule = { looksMs: [2 * MINUTE, 15 * MINUTE, 60 * MINUTE], withinMs: DAY };
const STARTED = 1_000_000;

/** Minutes after the start. */
const shown = (at: number | undefined) => at && (at - STARTED) / MINUTE;

describe('the next look at a request', () => {
  it.each([
    [0, 2],
    [2, 15],
    [16, 60],
    [60, 1440],
    [1439, 1440],
    [1440, undefined],
    [2000, undefined],
  ])('after %d minutes is after %s', (minutes, next) => {
    expect(shown(nextLook(schedule, STARTED, STARTED + minutes * MINUTE))).toBe(next);
  });

  it.each([
    [3, 15],
    [20, 35],
    [1439, 1440],
    // For an hour after the last one it is tried to make it, so that an outage ends no request.
    [1440, 1455],
    [1499, 1514],
    [1500, undefined],
  ])('at which the endpoint said nothing after %d minutes is after %s', (minutes, next) => {
    expect(shown(lookAfterFailure(schedule, STARTED, STARTED + minutes * MINUTE))).toBe(next);
  });
});

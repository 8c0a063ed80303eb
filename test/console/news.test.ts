import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RequestItem } from '../../client/src/index.ts';
import { isTold, newsOf } from '../../console/src/requests/news.ts';

const NEWS = '2026-11-30T12:00:00.000Z';
const EARLIER = '2026-11-30T11:50:00.000Z';
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([
  [{ state: 'succeeded', ended_at: EARLIER, completed_at: NEWS }, NEWS],
  [{ state: 'succeeded', ended_at: NEWS }, NEWS],
  [{ state: 'failed', ended_at: NEWS }, NEWS],
  [{ state: 'accepted' }, undefined],
  [{ state: 'waiting' }, undefined],
] as const)('of %j there is news since %s', (request, since) => {
  expect(newsOf(request as RequestItem)).toBe(since);
});

it.each([
  [59, ['delivered'], false],
  [61, ['delivered'], true],
  [61, [], true],
  [3600, ['delivered', 'waiting'], false],
  [3600, ['delivered', 'given_up'], true],
] as const)('%d s after the news, with callbacks that are %j, all were told: %s', (seconds, states, all) => {
  vi.setSystemTime(Date.parse(NEWS) + seconds * 1000);
  expect(
    isTold(
      NEWS,
      states.map((state) => ({ state })),
    ),
  ).toBe(all);
});

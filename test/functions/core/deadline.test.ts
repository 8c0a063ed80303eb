import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { systemClock } from '../../../functions/adapters/system-clock.ts';
import { isPastDeadline, unlimited, withTimeout } from '../../../functions/core/deadline.ts';
import type { Limits } from '../../../functions/core/ports.ts';
import { NOON } from '../../support/fixtures.ts';

const invocation = () => {
  const cut = new AbortController();
  const limits: Limits = { deadline: Date.now() + 60_000, signal: cut.signal };
  return { cut, limits };
};
const untilAborted = ({ signal }: Limits) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cut off'))));

it('ends a part of an invocation after its own timeout', async () => {
  const { limits } = invocation();
  const startedAt = Date.now();
  await expect(withTimeout(50, systemClock, limits, untilAborted)).rejects.toThrow('cut off');
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(49);
});

it('ends it when the invocation ends', async () => {
  const { cut, limits } = invocation();
  const ended = expect(withTimeout(60_000, systemClock, limits, untilAborted)).rejects.toThrow('cut off');
  cut.abort();
  await ended;
});

it('ends it at once when the invocation has ended before, and for the same reason', async () => {
  const { cut, limits } = invocation();
  const reason = new Error('the invocation ended');
  cut.abort(reason);
  const { signal } = await withTimeout(60_000, systemClock, limits, async (left) => left);
  expect(signal).toMatchObject({ aborted: true, reason });
});

it('leaves nothing on the invocation’s signal', async () => {
  const { limits } = invocation();
  await withTimeout(60_000, systemClock, limits, async () => undefined);
  const failing = withTimeout(60_000, systemClock, limits, () => Promise.reject(new Error('it failed')));
  await expect(failing).rejects.toThrow('it failed');
  expect(getEventListeners(limits.signal, 'abort')).toEqual([]);
});

it('never extends the invocation’s deadline, and aborts nothing that is finished', async () => {
  const { limits } = invocation();
  const inner = await withTimeout(120_000, systemClock, limits, async (left) => left);
  expect(inner.deadline).toBe(limits.deadline);
  const shorter = await withTimeout(20, systemClock, limits, async (left) => left);
  expect(shorter.deadline).toBeLessThan(limits.deadline);
  await systemClock.sleep(40);
  expect(shorter.signal.aborted).toBe(false);
});

it.each([
  [{ deadline: NOON + 1 }, false],
  [{ deadline: NOON }, true],
  [{ deadline: NOON + 9, startsUntil: NOON }, true],
  [{ deadline: NOON - 1, startsUntil: NOON + 1 }, false],
  [{ deadline: NOON + 9, signal: AbortSignal.abort() }, true],
])('of an invocation with %j it is too late to begin: %j', (limits, isLate) => {
  expect(isPastDeadline({ signal: new AbortController().signal, ...limits }, NOON)).toBe(isLate);
});

it('a part of an invocation begins no later than the whole', async () => {
  const { limits } = invocation();
  const given = { ...limits, startsUntil: limits.deadline - 1 };
  const inner = await withTimeout(20, systemClock, given, async (left) => left);
  expect(inner.startsUntil).toBe(given.startsUntil);
});

it('work that belongs to no call has no end', () => {
  expect(unlimited()).toMatchObject({ deadline: Number.POSITIVE_INFINITY, signal: { aborted: false } });
});

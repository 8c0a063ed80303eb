import { expect, it, onTestFinished, vi } from 'vitest';
import { startSchedules } from '../../local/schedules.ts';

it('runs a function by the clock, never beside its own run, on after one that failed, and ends with it', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const runs: PromiseWithResolvers<unknown>[] = [];
  const invoke = () => {
    const run = Promise.withResolvers<unknown>();
    runs.push(run);
    return run.promise;
  };
  const schedules = startSchedules({ schedules: [{ everyMs: 60_000, functionName: 'feeder' }], invoke });
  await vi.advanceTimersByTimeAsync(59_999);
  expect(runs).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(180_000);
  expect(runs).toHaveLength(1);
  runs[0]?.reject(new Error('it failed'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(runs).toHaveLength(2);
  let isStopped = false;
  const stopped = schedules.stop(60_000).then(() => {
    isStopped = true;
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(isStopped).toBe(false);
  runs[1]?.resolve(undefined);
  await stopped;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(runs).toHaveLength(2);
});

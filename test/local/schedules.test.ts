import { expect, it, onTestFinished, vi } from 'vitest';
import type { InvocationResult } from '../../local/lambda/execution-environment.ts';
import { startSchedules } from '../../local/schedules.ts';

const FAILED: InvocationResult = { error: { errorType: 'Error', errorMessage: 'no' } };
const DONE: InvocationResult = { payload: 'null' };

it('runs a function by the clock, never beside its own run, on after one that failed, and ends with it', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const runs: PromiseWithResolvers<InvocationResult>[] = [];
  const invoke = () => {
    const run = Promise.withResolvers<InvocationResult>();
    runs.push(run);
    return run.promise;
  };
  const once = { pausesMs: [], setAside: async () => {} };
  const schedules = startSchedules({ schedules: [{ everyMs: 60_000, functionName: 'feeder' }], invoke, ...once });
  await vi.advanceTimersByTimeAsync(59_999);
  expect(runs).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(180_000);
  expect(runs).toHaveLength(1);
  runs[0]?.resolve(FAILED);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(runs).toHaveLength(2);
  let isStopped = false;
  const stopped = schedules.stop(60_000).then(() => {
    isStopped = true;
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(isStopped).toBe(false);
  runs[1]?.resolve(DONE);
  await stopped;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(runs).toHaveLength(2);
});

it('repeats a run that failed twice, as often as it is told to run, and then sets aside what began it', async () => {
  const results = [FAILED, DONE, FAILED, FAILED, FAILED];
  const aside: string[] = [];
  const schedules = startSchedules({
    schedules: [{ everyMs: 3_600_000, functionName: 'feeder' }],
    everyMs: 10,
    pausesMs: [1, 1],
    invoke: async () => results.shift() ?? DONE,
    setAside: async (functionName) => void aside.push(functionName),
  });
  onTestFinished(() => schedules.stop(0));
  await expect.poll(() => aside).toEqual(['feeder']);
  expect(results).toEqual([]);
});

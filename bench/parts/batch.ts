import type { Bench } from '../bench.ts';
import { batchEvent } from '../events.ts';
import { type Execution, startExecution, timed, type Variant } from '../function/execution.ts';
import { coreShare } from '../machine/core-share.ts';
import type { Report } from '../report.ts';
import { median } from '../statistics.ts';

const LATENCY_MS = 100;
const BATCH = 10;
/** Node compiles what runs often after some hundred rounds. */
const WARM_BATCHES = 100;
const BATCHES = 40;
/** How much CPU a process takes varies by a tenth from one to the next. */
const CPU_PROCESSES = 5;
const CPU_BATCHES = 30;
const FIRST_BATCHES = 15;
const QUARTER = 0.25;

/** A batch of ten images: how long it takes over the endpoint's own time, and how much CPU. */
export async function measureBatch(bench: Bench): Promise<Report> {
  const { post, worker, limited, tuned, typical, naive } = bench.variants;
  const measured = [post, tuned, worker, limited, typical, naive];
  const cpu = await cpuOfRequests(bench, measured);
  const warm = await warmBatches(bench, measured);
  const throttle = coreShare(QUARTER);
  const first = await firstBatches(bench, measured, throttle.limit);
  const over = (times: readonly number[] = []) => median(times) / LATENCY_MS;
  const rows = measured.map(({ name }, index) => {
    return [name, over(warm[index]), over(first[index]), (cpu[index] ?? 0) / (cpu[0] ?? 0)];
  });
  const ratio = (values: readonly number[], other: Variant) =>
    (values[measured.indexOf(worker)] ?? 0) / (values[measured.indexOf(other)] ?? 0);
  const [warmMs, firstMs] = [warm.map(median), first.map(median)];
  return {
    title: `A batch of ${BATCH} images, endpoint ${LATENCY_MS} ms`,
    columns: [
      'function',
      'warm batch / latency',
      'first batch at a quarter of a core / latency',
      'CPU over a bare POST',
    ],
    rows,
    notes: [
      `Medians of ${BATCHES} warm batches in turns, of ${FIRST_BATCHES} fresh processes in turns, and CPU of ${CPU_BATCHES} batches in each of ${CPU_PROCESSES} processes. A bare POST takes ${((cpu[0] ?? 0) * 1000).toFixed(0)} µs of CPU. The quarter of a core, from the first event on (INIT has a whole one): ${throttle.how}.`,
    ],
    goals: [
      { goal: 'worker: warm batch over tuned', value: ratio(warmMs, tuned), atMost: 1.05 },
      { goal: 'worker: first batch at a quarter of a core over tuned', value: ratio(firstMs, tuned), atMost: 1.15 },
      { goal: 'worker: first batch at a quarter of a core over typical', value: ratio(firstMs, typical), atMost: 0.5 },
      { goal: 'worker: CPU a request over tuned', value: ratio(cpu, tuned), atMost: 1.25 },
      { goal: 'worker: CPU a request over typical', value: ratio(cpu, typical), atMost: 0.5 },
    ],
  };
}

/** CPU ms of one request; the variants take turns of ten batches. */
async function cpuOfRequests(bench: Bench, variants: readonly Variant[]): Promise<readonly number[]> {
  const used = variants.map(() => 0);
  for (let round = 0; round < CPU_PROCESSES; round += 1) {
    const executions = await startWarm(bench, variants);
    for (let turn = 0; turn < CPU_BATCHES / 10; turn += 1) {
      for (const [index, execution] of executions.entries()) {
        const before = execution.cpuMs();
        await invokeTimes(execution, 10);
        used[index] = (used[index] ?? 0) + execution.cpuMs() - before;
      }
    }
    await stopAll(executions);
  }
  return used.map((ms) => ms / (CPU_PROCESSES * CPU_BATCHES * BATCH));
}

async function warmBatches(bench: Bench, variants: readonly Variant[]): Promise<readonly number[][]> {
  const executions = await startWarm(bench, variants);
  bench.servers.setEndpoint({ latencyMs: LATENCY_MS });
  const times: number[][] = executions.map(() => []);
  for (let batch = 0; batch < BATCHES; batch += 1) {
    for (const [index, execution] of executions.entries())
      times[index]?.push(await timed(execution, batchEvent(BATCH)));
  }
  await stopAll(executions);
  return times;
}

/** Processes whose code is compiled; the endpoint answers at once. */
async function startWarm({ servers, runtime }: Bench, variants: readonly Variant[]): Promise<readonly Execution[]> {
  servers.setEndpoint({ latencyMs: 0 });
  const executions = await Promise.all(variants.map((variant) => startExecution(variant, runtime)));
  for (const execution of executions) await invokeTimes(execution, WARM_BATCHES);
  return executions;
}

async function stopAll(executions: readonly Execution[]): Promise<void> {
  for (const execution of executions) await execution.stop();
}

async function firstBatches(
  { runtime, servers }: Bench,
  variants: readonly Variant[],
  hold: (pid: number) => () => void,
): Promise<readonly number[][]> {
  servers.setEndpoint({ latencyMs: LATENCY_MS });
  const times: number[][] = variants.map(() => []);
  for (let sample = 0; sample < FIRST_BATCHES; sample += 1) {
    for (const [index, variant] of variants.entries()) {
      const execution = await startExecution(variant, runtime);
      const release = hold(execution.pid);
      times[index]?.push(await timed(execution, batchEvent(BATCH)));
      release();
      await execution.stop();
    }
  }
  return times;
}

async function invokeTimes(execution: Execution, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await execution.invoke(batchEvent(BATCH));
}

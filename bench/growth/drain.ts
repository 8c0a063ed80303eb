import type { Bench } from '../bench.ts';
import { batchEvent } from '../events.ts';
import { type Execution, startExecution } from '../function/execution.ts';
import type { Growth } from './growth.ts';

/** Calls a second that the endpoint takes; the containers share them. */
const LIMIT = 100;
const CONTAINERS = 2;
const SECONDS = 20;
const WARM_BATCHES = 20;
const LATENCY_MS = 100;
const BATCH = 10;

/** Containers at full load against an endpoint that refuses every call above its limit. */
export async function drainAtLimit({ servers, variants, runtime }: Bench): Promise<Growth> {
  const { worker } = variants;
  const environment = { ...worker.environment, CALLS_PER_SECOND: String(LIMIT / CONTAINERS) };
  const starting = Array.from({ length: CONTAINERS }, () => startExecution({ ...worker, environment }, runtime));
  const executions = await Promise.all(starting);
  servers.setEndpoint({ latencyMs: LATENCY_MS });
  for (const execution of executions) await warmUp(execution);
  servers.setEndpoint({ latencyMs: LATENCY_MS, perSecond: LIMIT });
  servers.takeCounts();
  const startedAt = performance.now();
  await Promise.all(executions.map((execution) => feed(execution, startedAt + SECONDS * 1000)));
  const seconds = (performance.now() - startedAt) / 1000;
  const { process: taken = 0, throttled = 0 } = servers.takeCounts();
  await Promise.all(executions.map(({ stop }) => stop()));
  servers.setEndpoint({ latencyMs: 0 });
  const achieved = taken / seconds / LIMIT;
  return {
    rows: [['calls a second that the endpoint takes', LIMIT, achieved, 'of it used']],
    goals: [
      { goal: 'drain at a limit: achieved over the limit', value: achieved, atLeast: 0.95 },
      { goal: '429s a success', value: throttled / taken, atMost: 0.005 },
    ],
  };
}

async function warmUp(execution: Execution): Promise<void> {
  for (let batch = 0; batch < WARM_BATCHES; batch += 1) await execution.invoke(batchEvent(BATCH));
}

async function feed(execution: Execution, until: number): Promise<void> {
  while (performance.now() < until) await execution.invoke(batchEvent(BATCH));
}

import type { Bench } from '../bench.ts';
import { batchEvent, processCallEvent } from '../events.ts';
import { type Execution, startExecution, type Variant } from '../function/execution.ts';
import { coreShare, shareOfMemory } from '../machine/core-share.ts';
import { median } from '../statistics.ts';
import type { Growth } from './growth.ts';

const SIZES_MB = [256, 512, 1024, 1769];
const LATENCY_MS = 100;
const BATCH = 10;
const SAMPLES = 3;
const WARM_UP = 30;
const WARM = 10;

/** What more memory, and so more CPU, makes of an invocation. INIT has a whole core whatever the size. */
export async function growingMemory(bench: Bench): Promise<Growth> {
  const { worker: workers, api: apis } = bench.variants;
  const rows: Growth['rows'][number][] = [];
  for (const mb of SIZES_MB) {
    const worker = await timesOf(bench, workers, () => batchEvent(BATCH), mb);
    const api = await timesOf(bench, apis, processCallEvent, mb);
    rows.push(
      ['MB of memory', mb, worker.first, `ms of the worker’s first batch of ${BATCH}, endpoint ${LATENCY_MS} ms`],
      ['', mb, worker.warm, `ms of a warm batch of ${BATCH}`],
      ['', mb, api.first, 'ms of the API function’s first call, answered 202'],
      ['', mb, api.warm, 'ms of a warm one'],
    );
  }
  return { rows };
}

async function timesOf({ servers, runtime }: Bench, variant: Variant, event: () => unknown, mb: number) {
  const first: number[] = [];
  const warm: number[] = [];
  const share = coreShare(shareOfMemory(mb));
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const execution = await startExecution(variant, runtime);
    servers.setEndpoint({ latencyMs: LATENCY_MS });
    const letGo = share.hold(execution.pid);
    first.push(await timed(execution, event()));
    letGo();
    servers.setEndpoint({ latencyMs: 0 });
    for (let round = 0; round < WARM_UP; round += 1) await execution.invoke(event());
    servers.setEndpoint({ latencyMs: LATENCY_MS });
    const again = share.hold(execution.pid);
    for (let round = 0; round < WARM; round += 1) warm.push(await timed(execution, event()));
    again();
    await execution.stop();
  }
  return { first: median(first), warm: median(warm) };
}

async function timed(execution: Execution, event: unknown): Promise<number> {
  const startedAt = performance.now();
  await execution.invoke(event);
  return performance.now() - startedAt;
}

import type { Bench } from '../bench.ts';
import { batchEvent, finishedImageEvent, processCallEvent } from '../events.ts';
import { startExecution, timed, type Variant } from '../function/execution.ts';
import { coreShare, shareOfMemory } from '../machine/core-share.ts';
import { median } from '../statistics.ts';
import type { Growth } from './growth.ts';

const SIZES_MB = [256, 512, 1024, 1769];
const LATENCY_MS = 100;
const BATCH = 10;
const SAMPLES = 3;
const WARM_UP = 30;
const WARM = 10;

interface Measured {
  readonly variant: Variant;
  readonly event: () => unknown;
  readonly first: string;
  readonly warm: string;
}

/** What more memory, and so more CPU, makes of an invocation. INIT has a whole core whatever the size. */
export async function growingMemory(bench: Bench): Promise<Growth> {
  const { worker, api, webhook, deadLetters } = bench.variants;
  const batch = () => batchEvent(BATCH);
  const measured: readonly Measured[] = [
    {
      variant: worker,
      event: batch,
      first: `ms of the worker’s first batch of ${BATCH}, endpoint ${LATENCY_MS} ms`,
      warm: `ms of a warm batch of ${BATCH}`,
    },
    {
      variant: api,
      event: processCallEvent,
      first: 'ms of the API function’s first call, answered 202',
      warm: 'ms of a warm one',
    },
    {
      variant: webhook,
      event: finishedImageEvent,
      first: 'ms of the webhook’s first call, an image that nobody asked for',
      warm: 'ms of a warm one',
    },
    {
      variant: deadLetters,
      event: batch,
      first: `ms of the first ${BATCH} dead letters`,
      warm: `ms of ${BATCH} warm ones`,
    },
  ];
  const rows: Growth['rows'][number][] = [];
  for (const mb of SIZES_MB) {
    for (const { variant, event, ...units } of measured) {
      const { first, warm } = await timesOf(bench, variant, event, mb);
      rows.push([variant === worker ? 'MB of memory' : '', mb, first, units.first], ['', mb, warm, units.warm]);
    }
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
    const letGo = share.limit(execution.pid);
    first.push(await timed(execution, event()));
    letGo();
    servers.setEndpoint({ latencyMs: 0 });
    for (let round = 0; round < WARM_UP; round += 1) await execution.invoke(event());
    servers.setEndpoint({ latencyMs: LATENCY_MS });
    const again = share.limit(execution.pid);
    for (let round = 0; round < WARM; round += 1) warm.push(await timed(execution, event()));
    again();
    await execution.stop();
  }
  return { first: median(first), warm: median(warm) };
}

import type { Bench } from '../bench.ts';
import { batchEvent } from '../events.ts';
import { startExecution } from '../function/execution.ts';
import type { Growth } from './growth.ts';

const MB = 1024 * 1024;
const BATCH = 10;
/** Code that has become hot and connections that were opened by then are no growth. */
const SETTLED_AT = 1000;

/** Memory and CPU of one container as it grows old. */
export async function growingContainer({ servers, variants, runtime, full }: Bench): Promise<Growth> {
  servers.setEndpoint({ latencyMs: 0 });
  const execution = await startExecution(variants.worker, runtime);
  const sizes = [1, SETTLED_AT, full ? 100_000 : 10_000];
  const rows: Growth['rows'][number][] = [];
  const heaps: number[] = [];
  let done = 0;
  for (const size of sizes) {
    const before = { requests: done, cpu: execution.cpuMs() };
    for (; done < size; done += done === 0 ? 1 : BATCH) await execution.invoke(batchEvent(done === 0 ? 1 : BATCH));
    const microseconds = ((execution.cpuMs() - before.cpu) * 1000) / (done - before.requests);
    // The bench's own runtime answers this event in the handler's place.
    const { rss, heapUsed } = (await execution.invoke({ memory: true })) as { rss: number; heapUsed: number };
    heaps.push(heapUsed / MB);
    rows.push(
      ['requests in one container', size, heapUsed / MB, 'MB of heap after a collection'],
      ['', size, rss / MB, 'MB resident'],
      ['', size, microseconds, 'µs of CPU a request since the last size'],
    );
  }
  await execution.stop();
  const growth = (heaps.at(-1) ?? 0) / (heaps.at(-2) ?? 1);
  return {
    rows,
    goals: [{ goal: `heap after ${sizes.at(-1)} requests over ${SETTLED_AT}`, value: growth, atMost: 1.1 }],
  };
}

import { parentPort, workerData } from 'node:worker_threads';
import { runSeed } from './run-seed.ts';
import { summaryOf } from './summary.ts';
import { entriesOf } from './two-versions.ts';

export interface SeedWorkerData {
  readonly requests: number;
  /** A checkout of another version. */
  readonly beside: string | undefined;
}

// One thread of many-seeds.ts: runs the seeds that it is sent, one after the other. Nobody looks at the stacks of its errors, and
// they are expensive.
Error.stackTraceLimit = 0;
const { requests, beside } = workerData as SeedWorkerData;
const others = beside === undefined ? undefined : await entriesOf(beside);

parentPort?.on('message', async (seed: number) => {
  parentPort?.postMessage(summaryOf(await runSeed(seed, requests, others), seed));
});

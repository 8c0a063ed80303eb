import { parentPort, workerData } from 'node:worker_threads';
import { runSeed } from './run-seed.ts';
import { summaryOf } from './summary.ts';

// One thread of many-seeds.ts: runs the seeds that it is sent, one after the other. Nobody looks at the stacks of its errors, and
// they are expensive.
Error.stackTraceLimit = 0;
const { requests } = workerData as { readonly requests: number };

parentPort?.on('message', async (seed: number) => {
  parentPort?.postMessage(summaryOf(await runSeed(seed, requests), seed));
});

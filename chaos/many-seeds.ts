import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SeedWorkerData } from './seed-worker.ts';
import { add, NOTHING, type Summary } from './summary.ts';

export interface ManySeeds {
  readonly first: number;
  readonly seeds: number;
  readonly requests: number;
  /** A checkout of another version, whose code half of the containers run. */
  readonly beside?: string;
  /** Called with how many runs have ended. */
  readonly onProgress: (ended: number) => void;
}

/** Runs many seeds, a thread for each core. A run depends on its seed alone, so their sum does not depend on the threads. */
export async function runManySeeds({ first, seeds, requests, beside, onProgress }: ManySeeds): Promise<Summary> {
  let next = first;
  const ended = new Map<number, Summary>();

  function runThread(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), {
        workerData: { requests, beside } satisfies SeedWorkerData,
      });
      let seed = 0;
      const go = () => {
        seed = next;
        next += 1;
        if (seed < first + seeds) worker.postMessage(seed);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('message', (summary: Summary) => {
        ended.set(seed, summary);
        onProgress(ended.size);
        go();
      });
      worker.on('error', (cause) => reject(new Error(`seed ${seed} could not be carried out`, { cause })));
      go();
    });
  }

  const threads = Math.min(availableParallelism(), seeds);
  await Promise.all(Array.from({ length: threads }, runThread));
  const inOrder = [...ended].sort(([one], [other]) => one - other);
  return inOrder.reduce((sum, [, summary]) => add(sum, summary), NOTHING);
}

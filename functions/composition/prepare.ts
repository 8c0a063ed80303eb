import { createTable } from '../adapters/ledger/table.ts';
import { depthOf } from '../adapters/queues/queue-depth.ts';
import type { Limits } from '../core/ports.ts';
import type { WorkerEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

/** Something that the first invocation needs. If it fails here, the invocation does it itself. */
export type Step = (limits: Limits) => Promise<unknown>;

// A client's first call is many times slower than later ones: it resolves the endpoint, compiles code and opens a connection.
// So these two make a first call in INIT. Both only read, with permissions that the functions have anyway.

/** Reads a key that does not exist from the ledger. */
export function readLedger({ LEDGER_TABLE: table }: Pick<WorkerEnvironment, 'LEDGER_TABLE'>, runtime: Runtime): Step {
  const { find } = createTable({ send: runtime.dynamo, table, clock: runtime.clock });
  return (limits) => find('init', limits);
}

export function readQueueDepth(queueUrl: string, { sqs: send }: Runtime): Step {
  return (limits) => depthOf({ send, queueUrl }, limits);
}

/** INIT may take 10 s, but an unavailable dependency must not delay the first event for long. */
const LONGEST_MS = 2000;

/**
 * Runs the steps concurrently in INIT, where a function has a whole core even with little memory. Never rejects.
 */
export async function prepare(steps: readonly Step[], { clock }: Pick<Runtime, 'clock'>): Promise<void> {
  const { signal, clear } = clock.timeout(LONGEST_MS);
  const limits = { deadline: clock.now() + LONGEST_MS, signal };
  await Promise.allSettled(steps.map((step) => step(limits)));
  clear();
}

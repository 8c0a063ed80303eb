import { createTable } from '../adapters/ledger/table.ts';
import { depthOf } from '../adapters/queues/queue-depth.ts';
import type { Limits } from '../core/ports.ts';
import type { WorkerEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

/** Something that the first invocation needs. When it fails here, the invocation does it itself. */
export type Step = (limits: Limits) => Promise<unknown>;

// A client's first call takes many times as long as any later one: it finds out where and how to call, compiles what it needs
// for that, and opens a connection. These two only read, and need nothing that a function may not do anyway.

/** Looks into the ledger for a request that there is none of. */
export function readLedger({ LEDGER_TABLE: table }: Pick<WorkerEnvironment, 'LEDGER_TABLE'>, runtime: Runtime): Step {
  const { find } = createTable({ send: runtime.dynamo, table, clock: runtime.clock });
  return (limits) => find('init', limits);
}

/** Looks at a queue's depth. */
export function lookAtQueue(queueUrl: string, { sqs: send }: Runtime): Step {
  return (limits) => depthOf({ send, queueUrl }, limits);
}

/** INIT may take 10 s; a dependency that is away must not keep the first event waiting much longer than it would there. */
const LONGEST_MS = 2000;

/**
 * Takes the steps side by side, in INIT, where a function has a whole core however little memory it has. Resolves whatever
 * fails.
 */
export async function prepare(steps: readonly Step[], { clock }: Pick<Runtime, 'clock'>): Promise<void> {
  const { signal, clear } = clock.timeout(LONGEST_MS);
  const limits = { deadline: clock.now() + LONGEST_MS, signal };
  await Promise.allSettled(steps.map((step) => step(limits)));
  clear();
}

import { createInterface } from 'node:readline/promises';
import { UsageError } from '../../../../local/args.ts';
import { type Connection, connect } from './connect.ts';
import { parseReconcileOrder, type ReconcileOrder } from './options.ts';
import { summaryOf } from './summary.ts';

/** Uploads that are named unless all are asked for. */
const SHOWN = 20;

export async function run(args: readonly string[]): Promise<number> {
  const order = parseReconcileOrder(args);
  const connection = await connect(order.place);
  return reconcile(order, connection).finally(connection.close);
}

async function reconcile({ dryRun, isConfirmed }: ReconcileOrder, connection: Connection): Promise<number> {
  const found = await connection.survey();
  const { missed } = found;
  console.log(summaryOf(connection.bucket, found, dryRun ? missed.length : SHOWN));
  if (dryRun || missed.length === 0) return 0;
  if (!isConfirmed && !(await isConfirmedByUser(missed.length))) {
    console.error('nothing was handed in');
    return 1;
  }
  await connection.handIn(missed);
  console.log(`handed in ${missed.length}`);
  return 0;
}

/** @throws UsageError where nobody can be asked */
async function isConfirmedByUser(count: number): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new UsageError('nobody can be asked here: give --yes to hand them in, or --dry-run to see them only');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const reply = await terminal.question(`Hand in ${count}? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(reply.trim());
}

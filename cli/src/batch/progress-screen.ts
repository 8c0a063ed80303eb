import type { Batch, Budget } from '../../../client/src/contract.ts';
import type { Client } from '../../../client/src/create-client.ts';
import type { Context } from '../context.ts';
import { progressLine } from './progress-line.ts';

/** Where nothing can be redrawn, a line now and then is enough. */
const PLAIN_LINE_MS = 10_000;
const BUDGET_MS = 10_000;

export interface ProgressScreen {
  show(batch: Batch): void;
  /** The service cannot be reached for now. */
  lost(): void;
  close(): void;
}

/** One line that is redrawn on a terminal; elsewhere a line each ten seconds. */
export function createProgressScreen({ output, now }: Context, client: Client): ProgressScreen {
  const isRedrawn = output.err.isTTY === true;
  let batch: Batch | undefined;
  let budget: Budget | undefined;
  let budgetReadAt = -Infinity;
  let isLost = false;
  let isClosed = false;

  function lineFor(columns?: number): string {
    if (batch === undefined) return '';
    return isLost ? 'the service is not reachable: trying again' : progressLine({ batch, budget, now: now() }, columns);
  }

  function draw(): void {
    if (isClosed || batch === undefined) return;
    if (isRedrawn) output.status(lineFor);
    else output.say(lineFor());
  }

  function readBudget(): void {
    if (output.isQuiet || now() - budgetReadAt < BUDGET_MS) return;
    budgetReadAt = now();
    // Without it the line is shorter.
    client.budget().then(keepBudget, () => {});
  }

  function keepBudget(read: Budget): void {
    budget = read;
    if (isRedrawn) draw();
  }

  const timer = setInterval(() => {
    readBudget();
    draw();
  }, PLAIN_LINE_MS);

  return {
    show(next) {
      const isFirst = batch === undefined;
      batch = next;
      isLost = false;
      readBudget();
      if (isFirst || isRedrawn) draw();
    },
    lost() {
      isLost = true;
      draw();
    },
    close() {
      isClosed = true;
      clearInterval(timer);
      output.status(undefined);
    },
  };
}

import type { Batch, Budget } from '../../../client/src/contract.ts';
import type { Client } from '../../../client/src/create-client.ts';
import { ReprocessError } from '../../../client/src/reprocess-error.ts';
import { isStop, stopped } from '../command-error.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { progressLine } from './progress-line.ts';
import { endText } from './summary.ts';

export interface FollowOptions {
  readonly timeoutMs?: number | undefined;
}

/** Where nothing can be redrawn, a line is enough. */
const PLAIN_LINE_MS = 10_000;
const BUDGET_MS = 30_000;

/** Follows a batch until every line has ended. @throws CommandError, ReprocessError */
export async function follow(context: Context, id: string, { timeoutMs }: FollowOptions = {}): Promise<ExitCode> {
  const { output, signal } = context;
  const client = context.client();
  const screen = createScreen(context, client);
  let last: Batch | undefined;
  try {
    for await (const batch of client.batches.watch(id, { signal, timeoutMs })) {
      last = batch;
      if (output.isJson) output.data(batch, () => '');
      screen.show(batch);
    }
  } catch (error) {
    throw isStop(error) || hasTimedOut(error)
      ? stopped(`the batch goes on; look again: reprocess batch watch ${id}`)
      : error;
  } finally {
    screen.close();
  }
  if (last === undefined) return EXIT.failed;
  output.say(endText(last));
  return exitOf(last);
}

function hasTimedOut(error: unknown): boolean {
  return error instanceof ReprocessError && error.code === 'timed_out' && error.status === undefined && !error.cause;
}

export function exitOf({ counts, state }: Batch): ExitCode {
  return state === 'finished' && counts.failed + counts.rejected === 0 ? EXIT.finished : EXIT.failed;
}

/** One line that is redrawn on a terminal; elsewhere a line each ten seconds. */
function createScreen({ output, now }: Context, client: Client) {
  let last: Batch | undefined;
  let budget: Budget | undefined;
  let lastBudget = -Infinity;

  function draw(): void {
    const batch = last;
    if (batch === undefined) return;
    if (output.err.isTTY) output.status((columns) => progressLine({ batch, budget, now: now() }, columns));
    else output.say(progressLine({ batch, budget, now: now() }));
  }

  function readBudget(): void {
    if (output.isQuiet || now() - lastBudget < BUDGET_MS) return;
    lastBudget = now();
    // Without it the line is shorter.
    client.budget().then(
      (read) => {
        budget = read;
        if (timer !== undefined && output.err.isTTY) draw();
      },
      () => {},
    );
  }

  let timer: NodeJS.Timeout | undefined = setInterval(() => {
    readBudget();
    draw();
  }, PLAIN_LINE_MS);

  return {
    show(batch: Batch): void {
      const isFirst = last === undefined;
      last = batch;
      readBudget();
      if (isFirst || output.err.isTTY) draw();
    },
    close(): void {
      clearInterval(timer);
      timer = undefined;
      output.status(undefined);
    },
  };
}

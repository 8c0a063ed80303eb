import type { Batch } from '../../../client/src/contract.ts';
import { isStop, stopped } from '../command-error.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { commandToCopy } from '../terminal/command-to-copy.ts';
import { createProgressScreen } from './progress-screen.ts';
import { endText } from './summary.ts';
import { hasTimedOut, watchForDays } from './watch-for-days.ts';

export interface FollowOptions {
  readonly timeoutMs?: number | undefined;
}

/** Follows a batch until every line has ended. @throws CommandError, ReprocessError */
export async function follow(context: Context, id: string, { timeoutMs }: FollowOptions = {}): Promise<ExitCode> {
  const { options, output } = context;
  const client = context.client();
  const screen = createProgressScreen(context, client);
  let last: Batch | undefined;
  try {
    for await (const batch of watchForDays(context, client, id, { timeoutMs, onLost: screen.lost })) {
      last = batch;
      if (output.isJson) output.data(batch, () => '');
      screen.show(batch);
    }
  } catch (error) {
    if (!isStop(error) && !hasTimedOut(error)) throw error;
    throw stopped(`the batch goes on; look again:\n${commandToCopy(options, `batch watch ${id}`)}`);
  } finally {
    screen.close();
  }
  if (last === undefined) return EXIT.failed;
  output.say(endText(last, options));
  return exitOf(last);
}

export function exitOf({ counts, state }: Batch): ExitCode {
  return state === 'finished' && counts.failed + counts.rejected === 0 ? EXIT.finished : EXIT.failed;
}

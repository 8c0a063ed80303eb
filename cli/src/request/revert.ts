import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { millisecondsOf } from '../input/duration.ts';
import { allow } from '../terminal/allow.ts';
import { linesOf } from '../terminal/output.ts';
import { revertText } from './revert-text.ts';
import { sendOne } from './send-one.ts';
import { findWayBack } from './way-back.ts';

interface RevertOptions {
  readonly wait?: boolean;
  readonly timeout: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** `revert` */
export async function run(context: Context, options: RevertOptions, id: string): Promise<ExitCode> {
  const timeoutMs = millisecondsOf(options.timeout);
  const { output, now } = context;
  const { wayBack, undone } = await findWayBack(context, id);
  const text = () => revertText(wayBack, undone, now());
  if (options.dryRun) {
    output.data(wayBack, () => linesOf(text(), output.out));
    return EXIT.finished;
  }
  output.say(text());
  await allow(context, options, 'Send it?');
  const isDone = await sendOne(context, id, wayBack.preferences, { wait: options.wait, timeoutMs });
  return isDone ? EXIT.finished : EXIT.failed;
}

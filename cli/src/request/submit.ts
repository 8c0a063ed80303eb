import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { millisecondsOf } from '../input/duration.ts';
import { parseSettings, preferencesOf } from '../input/preferences.ts';
import { allow } from '../terminal/allow.ts';
import { counted } from '../terminal/numbers.ts';
import { eachOf } from './each.ts';
import { sendOne } from './send-one.ts';

interface SubmitOptions {
  readonly set?: readonly string[];
  readonly wait?: boolean;
  readonly timeout: string;
  readonly yes?: boolean;
}

/** More than one is asked about. */
const UNASKED = 1;

/** `submit` */
export async function run(context: Context, options: SubmitOptions, ids: readonly string[]): Promise<ExitCode> {
  const preferences = preferencesOf(parseSettings(options.set));
  const timeoutMs = millisecondsOf(options.timeout);
  const question = `Send ${counted(ids.length, 'request')}?`;
  if (ids.length > UNASKED) await allow(context, options, question, { hasDryRun: false });
  return eachOf(context, ids, (id) => sendOne(context, id, preferences, { wait: options.wait, timeoutMs }));
}

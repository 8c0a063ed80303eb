import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { millisecondsOf } from '../input/duration.ts';
import { follow } from './follow.ts';

/** `batch watch` */
export function run(context: Context, { timeout }: { readonly timeout?: string }, id: string): Promise<ExitCode> {
  return follow(context, id, { timeoutMs: millisecondsOf(timeout) });
}

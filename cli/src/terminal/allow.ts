import { isStop, stopped, usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { confirm } from './prompt.ts';

interface AllowOptions {
  /** What is said when it is not done. */
  readonly nothing?: string;
  /** Whether the command can be tried without effect. */
  readonly hasDryRun?: boolean;
}

/**
 * Asks before anything that costs.
 * @throws CommandError when the answer is no, or nobody can answer
 */
export async function allow(
  context: Context,
  { yes }: { readonly yes?: boolean },
  question: string,
  { nothing = 'nothing was sent', hasDryRun = true }: AllowOptions = {},
): Promise<void> {
  if (yes) return;
  if (context.options.input === false || !context.stdin.isTTY) {
    const advice = hasDryRun ? 'check it with --dry-run, and do it with --yes' : 'do it with --yes';
    throw usageError(`${nothing}, since nobody can answer here: ${advice}`);
  }
  if (!(await noWhenStopped(confirm(context, question)))) throw stopped(nothing);
}

async function noWhenStopped(answer: Promise<boolean>): Promise<boolean> {
  try {
    return await answer;
  } catch (error) {
    if (isStop(error)) return false;
    throw error;
  }
}

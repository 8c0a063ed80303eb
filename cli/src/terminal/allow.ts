import { isStop, stopped, usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { confirm } from './prompt.ts';

/**
 * Asks before anything that costs.
 * @param nothing what is said when it is not done
 * @throws CommandError when the answer is no, or nobody can answer
 */
export async function allow(
  context: Context,
  { yes }: { readonly yes?: boolean },
  question: string,
  nothing = 'nothing was sent',
): Promise<void> {
  if (yes) return;
  if (context.options.input === false || !context.stdin.isTTY) {
    throw usageError(`${nothing}, since nobody can answer here: check it with --dry-run, and do it with --yes`);
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

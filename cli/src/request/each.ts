import { ReprocessError } from '../../../client/src/reprocess-error.ts';
import type { Context } from '../context.ts';
import { reportOf } from '../error-report.ts';
import { EXIT } from '../exit-code.ts';

/**
 * Does something for each of some ids. What the service refuses for one does not keep the others from it.
 * @returns whether all succeeded
 */
export async function eachOf(
  { output }: Context,
  ids: readonly string[],
  act: (id: string) => Promise<boolean>,
): Promise<boolean> {
  let isDone = true;
  for (const id of ids) {
    try {
      isDone = (await act(id)) && isDone;
    } catch (error) {
      const report = error instanceof ReprocessError ? reportOf(error) : undefined;
      // A wrong key, or a service that cannot be reached, would be the same for each.
      if (report?.exit !== EXIT.failed || ids.length === 1) throw error;
      output.error({ ...report, detail: `${id}: ${report.detail}` });
      isDone = false;
    }
  }
  return isDone;
}

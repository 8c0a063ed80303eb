import { ReprocessError } from '../../../client/src/reprocess-error.ts';
import type { Context } from '../context.ts';
import { reportOf } from '../error-report.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';

const OF_ONE: readonly ExitCode[] = [EXIT.failed, EXIT.usage];

/**
 * Does something for each of some ids. What the service refuses for one does not keep the others from it.
 * @param act tells whether it succeeded
 */
export async function eachOf(
  { output }: Context,
  ids: readonly string[],
  act: (id: string) => Promise<boolean>,
): Promise<ExitCode> {
  let exit: ExitCode = EXIT.finished;
  for (const id of ids) {
    try {
      if (!(await act(id))) exit ||= EXIT.failed;
    } catch (error) {
      const report = error instanceof ReprocessError ? reportOf(error) : undefined;
      // A wrong key, or a service that cannot be reached, would be the same for each.
      if (report === undefined || !OF_ONE.includes(report.exit)) throw error;
      output.error({ ...report, detail: `${id}: ${report.detail}` });
      exit ||= report.exit;
    }
  }
  return exit;
}

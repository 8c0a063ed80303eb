import type { Clock, Limits } from '../ports.ts';
import type { UploadStore } from './ports.ts';
import type { ReadLines } from './reading/read-lines.ts';
import { encodeReport, type Rejection, reportKeys } from './report.ts';
import type { Progress, Upload } from './upload.ts';

export interface WriteReportParts {
  readonly store: UploadStore;
  readonly readLines: ReadLines;
  readonly clock: Clock;
  /** Enhancements that the account may ask for in a day. */
  readonly dailyLimit: number;
}

/** What the report shows of the rejected lines; the list beside it has all of them. */
const SHOWN_REJECTIONS = 100;
const SHOWN_PROBLEMS = 10;
/** Characters of the list that are handed on at once. */
const PIECE = 1024 * 1024;

/**
 * Writes a file's report, and beside it the list of its rejected lines. The list is made by reading the file once more:
 * which lines are rejected follows from the file alone, and so nothing of them has to be carried from one run to the next.
 * @param problem what kept the file from being read
 * @param keep is called now and then
 */
export type WriteReport = (
  upload: Upload,
  progress: Progress,
  problem: string | undefined,
  keep: () => Promise<void>,
  limits: Limits,
) => Promise<void>;

export function createWriteReport({ store, readLines, clock, dailyLimit }: WriteReportParts): WriteReport {
  return async (upload, progress, problem, keep, limits) => {
    const keys = reportKeys(upload);
    const rejections: Rejection[] = [];
    const problems = problem === undefined ? [] : [problem];
    const hasList = progress.rejected > 0 && problem === undefined;

    async function* rejectedLines(): AsyncGenerator<string> {
      const beginning = { offset: 0, line: 1 };
      for await (const { lines } of readLines(upload, beginning, limits)) {
        await keep();
        let piece = '';
        for (const { line, ...read } of lines) {
          if (!('refusal' in read)) continue;
          const { detail, imageId, original, concernsFile } = read.refusal;
          const rejection = { line, ...(imageId !== undefined && { image_id: imageId }), detail };
          if (rejections.length < SHOWN_REJECTIONS) rejections.push(rejection);
          if (concernsFile && problems.length < SHOWN_PROBLEMS) problems.push(detail);
          piece += `${JSON.stringify({ ...rejection, original })}\n`;
          if (piece.length < PIECE) continue;
          yield piece;
          piece = '';
        }
        if (piece !== '') yield piece;
      }
    }

    if (hasList) await store.write(upload.bucket, keys.rejected, rejectedLines(), limits);
    const rejectionsKey = hasList ? keys.rejected : undefined;
    const facts = { upload, progress, finishedAt: clock.now(), problems, rejections, rejectionsKey, dailyLimit };
    await store.write(upload.bucket, keys.report, once(encodeReport(facts)), limits);
  };
}

/** A text as one piece. */
export async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

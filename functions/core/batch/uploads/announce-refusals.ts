import type { OutcomeEvent } from '../../outcome/outcome.ts';
import type { Clock, Limits, Outcomes } from '../../ports.ts';
import { retryUntil } from '../../retry-until.ts';
import type { BatchCheck, Rejection } from '../batch.ts';
import { toRefusalEvent } from '../feeding/line-messages.ts';
import type { ReadLines } from '../reading/read-lines.ts';
import type { Upload } from '../upload.ts';
import type { HeldFile } from './file-lease.ts';

export interface AnnounceRefusalsParts {
  readonly readLines: ReadLines;
  readonly outcomes: Outcomes;
  readonly clock: Clock;
}

/**
 * Publishes that lines are no requests; or the whole file, as its first line. The file is read once more for that: which lines
 * are refused follows from it alone, and before its content is known nobody knows whether they were announced before.
 * @returns the first of them
 * @throws DependencyUnavailable
 */
export type AnnounceRefusals = (
  upload: Upload,
  check: BatchCheck,
  file: Pick<HeldFile, 'runs' | 'keep'>,
  limits: Limits,
) => Promise<readonly Rejection[]>;

/** What the report shows of the rejected lines; the list beside it has all of them. */
const SHOWN_REJECTIONS = 100;
/** Events on their way at once: ten messages of ten. */
const AT_ONCE = 100;
/** Left of the invocation for the report. */
const CLOSING_MS = 30_000;

export function createAnnounceRefusals({ readLines, outcomes, clock }: AnnounceRefusalsParts): AnnounceRefusals {
  async function publishAll(events: readonly OutcomeEvent[], limits: Limits): Promise<void> {
    const lines = events.map((event) => ({ event, leave: outcomes.join(limits) }));
    const until = limits.deadline - CLOSING_MS;
    const ends = lines.map(({ event, leave }) =>
      retryUntil(() => outcomes.publish(event, limits), until, clock, limits).finally(leave),
    );
    await Promise.all(ends);
  }

  return async (upload, { rejected, refusal, problems }, { runs, keep }, limits) => {
    const { startedAt } = runs;
    if (refusal !== undefined && problems.includes(refusal)) {
      await publishAll([toRefusalEvent(upload, 1, { detail: refusal, original: '' }, startedAt)], limits);
      return [];
    }
    const shown: Rejection[] = [];
    if (rejected === 0) return shown;
    let events: OutcomeEvent[] = [];
    for await (const { lines } of readLines(upload, { offset: 0, line: 1 }, limits)) {
      await keep();
      for (const { line, ...read } of lines) {
        if (!('refusal' in read)) continue;
        const { detail, imageId } = read.refusal;
        if (shown.length < SHOWN_REJECTIONS) {
          shown.push({ line, ...(imageId !== undefined && { image_id: imageId }), detail });
        }
        events.push(toRefusalEvent(upload, line, read.refusal, startedAt));
        if (events.length < AT_ONCE) continue;
        await publishAll(events, limits);
        events = [];
      }
    }
    await publishAll(events, limits);
    return shown;
  };
}

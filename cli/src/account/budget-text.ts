import type { Budget } from '../../../client/src/contract.ts';
import { numberText, timeText } from '../terminal/numbers.ts';
import { factsText } from '../terminal/table.ts';
import type { Stream } from '../terminal/text.ts';

/** What the account may do now, for people. */
export function budgetText(budget: Budget, now: number, stream: Stream): string {
  const { limit, used, used_by_batches, left, left_for_batches, failed_for_limit, window, waiting, paused } = budget;
  return factsText(
    [
      [
        'today',
        limit === null ? `${numberText(used)} used, no limit` : `${numberText(used)} of ${numberText(limit)} used`,
      ],
      ['by batches', numberText(used_by_batches)],
      ['left', left === null ? '' : `${numberText(left)}, for batches ${numberText(left_for_batches ?? left)}`],
      ['failed', failed_for_limit > 0 ? `${numberText(failed_for_limit)} for the limit alone` : ''],
      ['next reset', timeText(window.end, now)],
      ['in the queue', numberText(waiting)],
      [
        'paused',
        paused &&
          `${paused.detail}${paused.until ? `, until ${timeText(paused.until, now)}` : ', until reprocess resume'}`,
      ],
    ],
    stream,
  );
}

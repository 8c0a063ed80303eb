import type { Counted, FeederEnd, LineItem } from '../../../core/batch/line.ts';
import { completionOf, type Item, numberOf, optionalNumber, outcomeOf, textOf } from '../ledger-item.ts';
import { uncountedOf } from '../updates.ts';

/** `work` of a line that failed only for the daily limit. */
export const returnedOf = (batchId: string) => `again#${batchId}`;
/** `work` of a line that was counted as failed. */
export const failedOf = (batchId: string) => `failed#${batchId}`;

/** What is read of a line: its preferences and the endpoint's response are left out, since they may be long. */
export const LINE_ATTRIBUTES = [
  ...['id', 'image_id', 'attempts', 'first_attempt_at', 'outcome', 'completion', 'completion_ambiguous'],
  'completion_unknown',
  ...['line', 'round', 'batch_id', 'work', 'changes', 'counted', 'ended_as', 'ended_at', 'expires_at'],
] as const;

export function itemToLine(item: Item): LineItem {
  const outcome = outcomeOf(item);
  const completion = completionOf(item);
  const { counted, ended_as: endedAs } = item;
  return {
    requestId: textOf(item, 'id'),
    imageId: textOf(item, 'image_id'),
    attempts: numberOf(item, 'attempts') ?? 0,
    line: numberOf(item, 'line') ?? 0,
    round: numberOf(item, 'round') ?? 1,
    changes: numberOf(item, 'changes') ?? 0,
    isUnknown: item.completion_unknown?.BOOL === true,
    isUncounted: item.work?.S === uncountedOf(item.batch_id?.S ?? ''),
    ...optionalNumber(item, 'first_attempt_at', 'firstAttemptAt'),
    ...(outcome !== undefined && { outcome }),
    ...(completion !== undefined && { completion }),
    ...(counted?.S !== undefined && { counted: counted.S as Counted }),
    ...(endedAs?.S !== undefined && { endedAs: endedAs.S as FeederEnd }),
    ...optionalNumber(item, 'ended_at', 'endedAt'),
  };
}

import type { Batch } from '../../../client/src/index.ts';
import { isOpen } from '../states.ts';

export interface PossibleActions {
  readonly canBeRetried: boolean;
  readonly canBePaused: boolean;
  readonly canBeResumed: boolean;
  readonly canBeCancelled: boolean;
  readonly hasResults: boolean;
}

/** Until a batch has ended, its results are for up to so many lines. */
const MOST_RUNNING_LINES = 20_000;

/** What can be done with a batch now. */
export function possibleActions(batch: Batch): PossibleActions {
  const { state, counts, finished_at } = batch;
  const isChecked = state !== 'refused' && state !== 'checking';
  return {
    canBeRetried: finished_at !== null && counts.failed > 0,
    canBePaused: state === 'running' || state === 'checking',
    canBeResumed: state === 'paused',
    // What is queued or has ended goes on.
    canBeCancelled: state === 'checking' || ((state === 'running' || state === 'paused') && counts.waiting > 0),
    hasResults: isChecked && (!isOpen(batch) || counts.total <= MOST_RUNNING_LINES),
  };
}

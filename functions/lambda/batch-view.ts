import type { AccountState } from '../core/budget/ports.ts';
import { type Batch, countsOf, stateOf } from '../core/batch/batch.ts';
import type { Pace } from '../core/batch/pace.ts';
import type { Clock, Limits } from '../core/ports.ts';
import type { BatchView } from './batch-json.ts';

/** What is to be shown of a batch beside its item. @throws DependencyUnavailable */
export type ViewBatch = (batch: Batch, limits: Limits) => Promise<BatchView>;

export interface ViewBatchParts {
  readonly account: AccountState;
  /** How long so many requests take. */
  readonly paceOf: (requests: number, limits: Limits) => Promise<Pace>;
  readonly clock: Pick<Clock, 'now'>;
}

const GOES_ON = ['running', 'paused'];

export function createViewBatch({ account, paceOf, clock }: ViewBatchParts): ViewBatch {
  return async (batch, limits) => {
    const { waiting } = countsOf(batch);
    const hasPace = GOES_ON.includes(stateOf(batch)) && waiting > 0;
    const [budget, pause, pace] = await Promise.all([
      account.budget(limits),
      account.pause(limits),
      hasPace ? paceOf(waiting, limits) : undefined,
    ]);
    return { now: clock.now(), account: { budget, pause }, pace };
  };
}

import type { AccountState, BudgetStatus } from '../../budget/ports.ts';
import { together } from '../../concurrently.ts';
import type { Clock, Limits } from '../../ports.ts';
import { type Batch, countsOf, stateOf } from '../batch.ts';
import type { AccountView } from './outlook.ts';
import type { Pace } from './pace.ts';

/** What is known of a batch beside its item. */
export interface BatchView {
  /** Epoch ms. */
  readonly now: number;
  readonly account: AccountView;
  /** Of what still waits. */
  readonly pace?: Pace | undefined;
}

/** What is to be shown of a batch beside its item. @throws DependencyUnavailable */
export type ViewBatch = (batch: Batch, limits: Limits) => Promise<BatchView>;

export interface ViewBatchParts {
  readonly account: AccountState;
  /** How long so many requests take, of which some may be for the same image. */
  readonly paceOf: (requests: number, hasRepeats: boolean, budget: BudgetStatus) => Pace;
  readonly clock: Pick<Clock, 'now'>;
}

const GOES_ON = ['running', 'paused'];

export function createViewBatch({ account, paceOf, clock }: ViewBatchParts): ViewBatch {
  return async (batch, limits) => {
    const { waiting } = countsOf(batch);
    const hasPace = GOES_ON.includes(stateOf(batch)) && waiting > 0;
    const [budget, pause] = await together(account.budget(limits), account.pause(limits));
    const hasRepeats = (batch.check?.repeatedImages ?? 0) > 0;
    const pace = hasPace ? paceOf(waiting, hasRepeats, budget) : undefined;
    return { now: clock.now(), account: { budget, pause }, pace };
  };
}

import type { BudgetVariables } from '../../functions/environment.ts';
import { FREE_RECEIVES, SLOWED_WAIT } from '../limits.ts';
import type { StageSettings } from '../stages.ts';

/** What a function has to know about the account's daily limit. */
export function budgetVariables({ dailyLimit, dailyReset, interactiveShare }: StageSettings): BudgetVariables {
  return {
    DAILY_LIMIT: dailyLimit === null ? 'none' : String(dailyLimit),
    DAILY_RESET: `${dailyReset.time} ${dailyReset.zone}`,
    INTERACTIVE_SHARE: String(interactiveShare),
  };
}

/** When a function that consumes a queue slows a message down. */
export const RECEIVE_BUDGET = { FREE_RECEIVES: String(FREE_RECEIVES), SLOWED_WAIT_SECONDS: String(SLOWED_WAIT) };

/** The source of the stage's own events. */
export const sourceOf = (stage: string): string => `reprocess.${stage}`;

/** The type of an event about an object whose own event was lost (operate/reconcile/). Nobody but S3 may use S3's source. */
export const OBJECT_FOUND = 'Object Found';

/** The most calls that all workers make together. */
export const callsPerSecondOf = ({ workerConcurrency, callsPerSecond }: StageSettings): number =>
  workerConcurrency * callsPerSecond;

import type { BudgetVariables, PartnerLimitsVariables } from '../../functions/environment.ts';
import type { StageSettings } from '../stages.ts';

/** What a function has to know about the account's daily limit. */
export function budgetVariables({ dailyLimit, dailyReset, interactiveShare }: StageSettings): BudgetVariables {
  return {
    DAILY_LIMIT: dailyLimit === null ? 'none' : String(dailyLimit),
    DAILY_RESET: `${dailyReset.time} ${dailyReset.zone}`,
    INTERACTIVE_SHARE: String(interactiveShare),
  };
}

/** What a function has to know about what each partner may ask for. */
export function partnerLimitsVariables({ partnerLimits }: StageSettings): PartnerLimitsVariables {
  const { callsPerSecond, burst, batchesPerDay } = partnerLimits;
  return {
    PARTNER_CALLS_PER_SECOND: String(callsPerSecond),
    PARTNER_BURST: String(burst),
    PARTNER_BATCHES_PER_DAY: String(batchesPerDay),
  };
}

/** The source of the stage's own events. */
export const sourceOf = (stage: string): string => `reprocess.${stage}`;

/** The type of an event about an object whose own event was lost (operate/reconcile/). Nobody but S3 may use S3's source. */
export const OBJECT_FOUND = 'Object Found';

/** The most calls that all workers make together. */
export const callsPerSecondOf = ({ workerConcurrency, callsPerSecond }: StageSettings): number =>
  workerConcurrency * callsPerSecond;

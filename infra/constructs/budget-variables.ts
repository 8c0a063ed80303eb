import type { BudgetVariables } from '../../functions/environment.ts';
import type { StageSettings } from '../stages.ts';

/** What a function has to know about the account's daily limit. */
export function budgetVariables({ dailyLimit, dailyReset, interactiveShare }: StageSettings): BudgetVariables {
  return {
    DAILY_LIMIT: dailyLimit === null ? 'none' : String(dailyLimit),
    DAILY_RESET: `${dailyReset.time} ${dailyReset.zone}`,
    INTERACTIVE_SHARE: String(interactiveShare),
  };
}

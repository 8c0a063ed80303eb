import { createBudgetStore } from '../adapters/ledger/budget.ts';
import { createPauseStore } from '../adapters/ledger/pause.ts';
import { type Pace, paceOf } from '../core/batch/pace.ts';
import { createAccountState } from '../core/budget/account-state.ts';
import { type BudgetSettings, createWindows } from '../core/budget/budget-policy.ts';
import type { AccountState } from '../core/budget/ports.ts';
import type { Limits } from '../core/ports.ts';
import type { BudgetEnvironment, UploadEnvironment, WorkerEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

type AccountEnvironment = BudgetEnvironment & Pick<WorkerEnvironment, 'LEDGER_TABLE'>;

/** The account's daily limit and its pause, in the ledger. */
export function composeAccount(environment: AccountEnvironment, { dynamo: send, clock, randomId }: Runtime) {
  const {
    LEDGER_TABLE: table,
    DAILY_LIMIT: limit,
    DAILY_RESET: reset,
    INTERACTIVE_SHARE: interactiveShare,
  } = environment;
  const settings: BudgetSettings = { limit, reset, interactiveShare };
  return {
    settings,
    currentWindow: createWindows(reset),
    budgets: createBudgetStore({ send, table, clock, randomId }),
    pauses: createPauseStore({ send, table, clock }),
  };
}

/** Reads the account's state. */
export function composeAccountState(environment: AccountEnvironment, runtime: Runtime): AccountState {
  return createAccountState({ ...composeAccount(environment, runtime), clock: runtime.clock });
}

/** How long so many requests take within the account's limit. */
export function composeBatchPace(
  environment: AccountEnvironment & Pick<UploadEnvironment, 'CALLS_PER_SECOND' | 'FILES_KEPT_DAYS'>,
  runtime: Runtime,
): (requests: number, limits: Limits) => Promise<Pace> {
  const { DAILY_LIMIT: limit, INTERACTIVE_SHARE: share, CALLS_PER_SECOND: callsPerSecond } = environment;
  const account = composeAccountState(environment, runtime);
  const bulkPerWindow = limit === null ? Number.POSITIVE_INFINITY : limit - Math.floor(limit * share);
  return async (requests, limits) => {
    const [budget, now] = [await account.budget(limits), runtime.clock.now()];
    return paceOf({ requests, budget, bulkPerWindow, callsPerSecond, now, keptForDays: environment.FILES_KEPT_DAYS });
  };
}

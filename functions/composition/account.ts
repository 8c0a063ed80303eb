import { createBudgetStore } from '../adapters/ledger/account/budget.ts';
import { createPauseStore } from '../adapters/ledger/account/pause.ts';
import { createAccountState } from '../core/budget/account-state.ts';
import { type BudgetSettings, createWindows } from '../core/budget/budget-policy.ts';
import type { AccountState } from '../core/budget/ports.ts';
import type { BudgetEnvironment, WorkerEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

export type AccountEnvironment = BudgetEnvironment & Pick<WorkerEnvironment, 'LEDGER_TABLE'>;

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

import type { Limits } from '../ports.ts';

/** A day of the account's limit. Epoch ms, the end excluded. */
export interface BudgetWindow {
  readonly start: number;
  readonly end: number;
}

/** What one window has used. */
export interface BudgetStatus {
  readonly window: BudgetWindow;
  /** Enhancements that the account may ask for in the window; null when it has no limit. */
  readonly limit: number | null;
  /** Calls that were taken from it. */
  readonly used: number;
  readonly usedByBulk: number;
  /** What the lines of batches may still take: the limit, less what is used or kept for single requests; Infinity without a limit. */
  readonly leftForBulk: number;
}

/** No calls are made for the account. */
export interface Pause {
  readonly reason: 'daily_limit' | 'person';
  /** For people. */
  readonly detail: string;
  /** Epoch ms. */
  readonly since: number;
  /** Epoch ms; absent: until a person resumes. */
  readonly until?: number;
}

/** Reads the account's state. Both methods throw DependencyUnavailable. */
export interface AccountState {
  /** Of the window that is current now. */
  budget(limits: Limits): Promise<BudgetStatus>;
  pause(limits: Limits): Promise<Pause | undefined>;
}

import type { Clock, Limits } from '../ports.ts';
import { type BudgetSettings, bulkLimit, createWindows, statusOf } from './budget-policy.ts';
import { pauseStatus } from './pause-status.ts';
import type { AccountState, BudgetStatus, BudgetStore, BudgetWindow, Count, Pause, PauseStore } from './ports.ts';
import { windowsBefore } from './window.ts';

export interface AccountStateParts {
  readonly budgets: Pick<BudgetStore, 'read'>;
  readonly pauses: Pick<PauseStore, 'read'>;
  readonly settings: BudgetSettings;
  readonly clock: Pick<Clock, 'now'>;
}

const UNCOUNTED: Count = { used: 0, usedByBulk: 0, failed: 0 };

/** The account's state as the ledger has it. An account without a limit is not counted, and its window is not read. */
export function createAccountState({ budgets, pauses, settings, clock }: AccountStateParts): AccountState {
  const { limit, interactiveShare, reset } = settings;
  const currentWindow = createWindows(reset);

  async function budget(limits: Limits): Promise<BudgetStatus> {
    const now = clock.now();
    const window = currentWindow(now);
    if (limit === null) return statusOf(UNCOUNTED, window, limit, Number.POSITIVE_INFINITY);
    const count = await budgets.read(window, limits);
    return statusOf(count, window, limit, bulkLimit(limit, interactiveShare, window, now));
  }

  async function past(window: BudgetWindow, limits: Limits): Promise<BudgetStatus> {
    const count = await budgets.read(window, limits);
    return { ...statusOf(count, window, count.limit ?? null, 0), leftForBulk: 0 };
  }

  /** The count alone decides when a limit is used up: what is given back, or a higher limit, ends this pause. */
  async function pauseByCount(limits: Limits): Promise<Pause | undefined> {
    if (limit === null) return undefined;
    const window = currentWindow(clock.now());
    const { used, exhaustedAt } = await budgets.read(window, limits);
    if (used < limit) return undefined;
    const detail = `the daily limit of ${limit} is used up`;
    return { reason: 'daily_limit', detail, since: exhaustedAt ?? clock.now(), until: window.end };
  }

  return {
    budget,
    history: (count, limits) =>
      Promise.all(windowsBefore(reset, currentWindow(clock.now()), count).map((window) => past(window, limits))),
    async pause(limits) {
      const status = pauseStatus(await pauses.read(limits), clock.now());
      return 'pause' in status ? status.pause : pauseByCount(limits);
    },
  };
}

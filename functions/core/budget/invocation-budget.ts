import { withTimeout } from '../deadline.ts';
import { loggedError } from '../logged-error.ts';
import type { Clock, Limits, Random } from '../ports.ts';
import type { Telemetry } from '../telemetry.ts';
import { type BudgetSettings, bulkLimit, quietMs } from './budget-policy.ts';
import type { BudgetStore, BudgetWindow, Calls, Count, Reservation } from './ports.ts';
import { type AccountWait, waitForWindow } from './waiting.ts';

export interface InvocationBudgetParts extends Telemetry {
  readonly budgets: Pick<BudgetStore, 'take' | 'giveBack'>;
  readonly settings: BudgetSettings;
  readonly currentWindow: (now: number) => BudgetWindow;
  readonly clock: Clock;
  readonly random: Random;
}

export type Kind = keyof Calls;
/** One call that may be made. */
export interface Taken {
  /** Epoch ms from which it may not begin any more. */
  readonly until: number;
  /** It was not made. */
  putBack(): void;
}

/** The calls of one invocation. */
export interface InvocationBudget {
  /** @throws DependencyUnavailable */
  take(kind: Kind, limits: Limits): Promise<Taken | AccountWait>;
  /** Gives back what was not used. To be called when no call is under way. Never rejects. */
  end(limits: Limits): Promise<void>;
}

/** The rest of an invocation is short, and all that is lost is what was reserved. */
const GIVE_BACK_MS = 1000;

/**
 * The first call reserves for all requests of the invocation in one write; what they leave is given back in one write.
 * @param planned the requests of the invocation
 */
export function createInvocationBudget(parts: InvocationBudgetParts, planned: Calls): InvocationBudget {
  const { budgets, settings, currentWindow, clock, random, log, metrics } = parts;
  const { limit, interactiveShare } = settings;
  let reserved:
    | { readonly reservation: Reservation; readonly stock: Record<Kind, number>; readonly count: Count }
    | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function reserve(window: BudgetWindow, most: number, limits: Limits) {
    const taking = { window, limit: most, bulkLimit: bulkLimit(most, interactiveShare, window, clock.now()) };
    const { reservation, count, isFirst } = await budgets.take({ ...taking, calls: planned }, limits);
    metrics.count('BudgetUsed', (count.used / most) * 100);
    if (isFirst) {
      metrics.count('BudgetExhausted');
      log.warn('the daily limit is used up, and requests wait for the reset', { limit: most, until: iso(window.end) });
    }
    return { reservation, count, stock: { single: reservation.single, bulk: reservation.bulk } };
  }

  async function takeNext(kind: Kind, most: number, limits: Limits): Promise<Taken | AccountWait> {
    const now = clock.now();
    const window = currentWindow(now);
    const quiet = quietMs(window);
    if (now >= window.end - quiet) return nearReset(window.end + quiet - now, window.end);
    if (now < window.start + quiet) return nearReset(window.start + quiet - now, window.start + quiet);
    // What was reserved in a window that is over is worth nothing.
    if (reserved?.reservation.window.start !== window.start) reserved = await reserve(window, most, limits);
    const { stock, count } = reserved;
    if (stock[kind] === 0) return waitForWindow(window, { ...count, isUsedUp: count.used >= most }, now, random());
    stock[kind] -= 1;
    const putBack = () => {
      stock[kind] += 1;
    };
    return { until: window.end - quiet, putBack };
  }

  return {
    async take(kind, limits) {
      if (limit === null) return { until: Number.POSITIVE_INFINITY, putBack: () => undefined };
      const next = turn.then(() => takeNext(kind, limit, limits));
      turn = next.catch(() => undefined);
      return next;
    },
    async end(limits) {
      const { reservation, stock } = reserved ?? {};
      if (reservation === undefined || stock === undefined || stock.single + stock.bulk === 0) return;
      try {
        await withTimeout(GIVE_BACK_MS, clock, limits, (own) => budgets.giveBack(reservation, stock, own));
      } catch (error) {
        log.warn('calls that were reserved and not made could not be given back', { ...stock, ...loggedError(error) });
      }
    },
  };
}

/** Clocks differ, so nobody knows which window a call would arrive in. */
function nearReset(ms: number, until: number): AccountWait {
  return { ms, waitsFor: { reason: 'daily_limit', until } };
}

const iso = (epochMs: number) => new Date(epochMs).toISOString();

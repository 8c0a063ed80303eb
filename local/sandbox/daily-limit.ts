import * as z from 'zod/mini';

export const DAY_MS = 24 * 60 * 60 * 1000;
export const LIMIT_REASON = 'Daily enhancement limit reached';

/** A change of the limit; what is left out stays. */
export const limitSchema = z.strictObject({
  /** Enhancements in a window; null for no limit. */
  limit: z.optional(z.nullable(z.int().check(z.gte(0)))),
  /** A day, unless it is shorter. */
  windowSeconds: z.optional(z.number().check(z.positive(), z.lte(DAY_MS / 1000))),
  /** The status_reason of images beyond it. */
  reason: z.optional(z.string()),
});
export type LimitChange = z.output<typeof limitSchema>;

/** Enhancements that somebody else asks for, in the vendor's own application. */
export const spendSchema = z.strictObject({ spend: z.int().check(z.positive()) });

/** What one window had. */
export interface LimitWindow {
  /** Epoch ms, the end excluded. */
  readonly start: number;
  readonly end: number;
  /** Enhancements within the limit, those of others included. */
  readonly used: number;
  /** Those beyond it: they end in `error`. */
  readonly beyond: number;
}

export interface DailyLimit {
  /** Counts an enhancement that begins. @returns why it will end in `error`; undefined within the limit */
  take(): string | undefined;
  spend(count: number): void;
  change(to: LimitChange): void;
  /** @returns the windows in which something began, and the current one, which is the last */
  status(): { readonly limit: number | null; readonly windowSeconds: number; readonly windows: readonly LimitWindow[] };
}

const MAX_WINDOWS = 1000;

export interface DailyLimitParts {
  /** Epoch ms. */
  readonly now: () => number;
  readonly limit: number | null;
  readonly windowMs: number;
}

/** The account's limit. Windows follow each other from 1970-01-01T00:00Z on, so that one of a day is a UTC day. */
export function createDailyLimit({ now, ...begins }: DailyLimitParts): DailyLimit {
  let { limit, windowMs } = begins;
  let reason = LIMIT_REASON;
  let windows: LimitWindow[] = [];

  function current(): LimitWindow {
    const start = Math.floor(now() / windowMs) * windowMs;
    const last = windows.at(-1);
    return last?.start === start ? last : { start, end: start + windowMs, used: 0, beyond: 0 };
  }

  /** @returns how many of these are within the limit */
  function count(enhancements: number): number {
    const window = current();
    const within = Math.min(enhancements, Math.max(0, (limit ?? Number.POSITIVE_INFINITY) - window.used));
    const counted = { ...window, used: window.used + within, beyond: window.beyond + enhancements - within };
    windows = [...windows.filter(({ start }) => start !== window.start), counted].slice(-MAX_WINDOWS);
    return within;
  }

  return {
    take: () => (count(1) === 1 ? undefined : reason),
    spend: (enhancements) => void count(enhancements),
    change(to) {
      if (to.limit !== undefined) limit = to.limit;
      if (to.reason !== undefined) reason = to.reason;
      if (to.windowSeconds === undefined || to.windowSeconds * 1000 === windowMs) return;
      windowMs = to.windowSeconds * 1000;
      windows = [];
    },
    status() {
      const window = current();
      const past = windows.filter(({ start }) => start !== window.start);
      return { limit, windowSeconds: windowMs / 1000, windows: [...past, window] };
    },
  };
}

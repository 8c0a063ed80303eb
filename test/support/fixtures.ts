import type { Clock, Lease, LedgerItem, Limits, Logger, Metrics } from '../../functions/core/ports.ts';
import type { Preferences } from '../../functions/core/request/preferences.ts';
import { fingerprintOf, type ReprocessRequest } from '../../functions/core/request/reprocess-request.ts';

export const NOON = Date.parse('2026-11-22T12:00:00Z');

/** The variables of an account without a limit. */
export const NO_LIMIT = { DAILY_LIMIT: null, DAILY_RESET: { minute: 0, zone: 'UTC' }, INTERACTIVE_SHARE: 0.1 } as const;

/** So many that no test meets them. */
export const NO_PARTNER_LIMITS = {
  PARTNER_CALLS_PER_SECOND: 1000,
  PARTNER_BURST: 10_000,
  PARTNER_BATCHES_PER_DAY: 10_000,
} as const;

/** A clock that stands still until it is told; a sleep moves it on by its length. */
export function standingClock(start = NOON): Clock & { set(epochMs: number): void } {
  const timeouts = new Map<AbortController, number>();
  let now = start;
  const set = (epochMs: number) => {
    now = epochMs;
    for (const [cut, at] of timeouts) if (at <= now) cut.abort();
  };
  return {
    now: () => now,
    set,
    sleep: async (ms) => set(now + ms),
    timeout(ms) {
      const cut = new AbortController();
      timeouts.set(cut, now + ms);
      return { signal: cut.signal, clear: () => timeouts.delete(cut) };
    },
  };
}

/** Limits of an invocation that has plenty of time left. */
export function plentyOfTime(clock: Clock): Limits {
  return { deadline: clock.now() + 60_000, signal: new AbortController().signal };
}

export interface LoggedLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>> | undefined;
}

/** Listens at the level info. */
export function listeningLogger(): Logger & { readonly lines: LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const listen = (level: LoggedLine['level']) => (message: string, facts?: LoggedLine['facts']) => {
    lines.push({ level, message, facts });
  };
  const debug = () => undefined;
  return { lines, debug, info: listen('info'), warn: listen('warn'), error: listen('error') };
}

/** Metrics as they are counted, in their order: the names, and the names with their values. */
export function listeningMetrics(): Metrics & { readonly counted: string[]; readonly values: [string, number][] } {
  const counted: string[] = [];
  const values: [string, number][] = [];
  const count: Metrics['count'] = (name, value = 1) => {
    counted.push(name);
    values.push([name, value]);
  };
  return { counted, values, count, flush: () => undefined };
}

/** A lease as the first delivery of some message takes it. @param until epoch ms */
export const aLease = (until: number, by = 'message#1'): Lease => ({ until, by });

let count = 0;

/** A request that differs from every other in its id. */
export function aRequest(overrides: Partial<ReprocessRequest> & { preferences?: Preferences } = {}): ReprocessRequest {
  count += 1;
  const imageId = overrides.imageId ?? `image-${count}`;
  const preferences = overrides.preferences ?? { enhance_type: 'neutral' };
  return {
    requestId: `sqs:${String(count).padStart(64, '0')}`,
    imageId,
    preferences,
    fingerprint: fingerprintOf(imageId, preferences),
    source: 'sqs',
    acceptedAt: NOON,
    ...overrides,
  };
}

/** What the ledger has of a request that has succeeded at its first attempt, unless it is said otherwise. */
export function aLedgerItem(overrides: Partial<LedgerItem> = {}): LedgerItem {
  const counters = { attempts: 1, crashes: 0, lostResponses: 0, retriedMs: 0 };
  return { ...aRequest(overrides), ...counters, state: 'succeeded', ...overrides };
}

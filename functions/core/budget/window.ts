import type { BudgetWindow } from './ports.ts';

/** When the account's limit begins anew: at a time of day, or, on one machine only, every so many ms. */
export type LimitReset =
  | {
      /** Minutes after midnight. */
      readonly minute: number;
      /** IANA's name of a time zone. */
      readonly zone: string;
    }
  | { readonly everyMs: number };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The window that contains a moment. A day on which the clock is changed has 23 or 25 hours. */
export function windowAt(reset: LimitReset, now: number): BudgetWindow {
  if ('everyMs' in reset) {
    const start = Math.floor(now / reset.everyMs) * reset.everyMs;
    return { start, end: start + reset.everyMs };
  }
  const today = Math.floor((now + offsetAt(now, reset.zone)) / DAY_MS) * DAY_MS;
  const resets = [-2, -1, 0, 1, 2].map((days) => resetOn(today + days * DAY_MS, reset));
  const start = Math.max(...resets.filter((at) => at <= now));
  return { start, end: Math.min(...resets.filter((at) => at > now)) };
}

/** So many windows before one, the latest first. */
export function windowsBefore(reset: LimitReset, { start }: BudgetWindow, count: number): readonly BudgetWindow[] {
  const windows: BudgetWindow[] = [];
  for (let at = start; windows.length < count; at = windows.at(-1)?.start ?? at) windows.push(windowAt(reset, at - 1));
  return windows;
}

/**
 * A time of day that comes twice counts when it comes first. One that the clock skips counts as long after midnight as on any
 * other day.
 * @param date midnight of a local date, as if it were UTC
 */
function resetOn(date: number, { minute, zone }: Extract<LimitReset, { readonly zone: string }>): number {
  const local = date + minute * MINUTE_MS;
  const [before, after] = [local - DAY_MS, local + DAY_MS].map((near) => local - offsetAt(near, zone));
  const earlier = Math.min(before ?? local, after ?? local);
  const later = Math.max(before ?? local, after ?? local);
  if (earlier + offsetAt(earlier, zone) === local) return earlier;
  return later;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Ms that a zone's clock is ahead of UTC. */
function offsetAt(epochMs: number, zone: string): number {
  const format = formats.get(zone) ?? formatOf(zone);
  formats.set(zone, format);
  const parts = Object.fromEntries(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(epochMs / 1000) * 1000;
}

/** @throws RangeError for a zone that does not exist */
function formatOf(zone: string): Intl.DateTimeFormat {
  const two = '2-digit';
  const fields = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
  return new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'iso8601', hourCycle: 'h23', ...fields });
}

import { texts } from '../texts.ts';

const DAY_MS = 86_400_000;

const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
const UTC_DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
const DAY_OF_YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** With the seconds, the date and the zone of whoever looks. */
export function exactText(iso: string): string {
  return EXACT.format(new Date(iso));
}

/** `today, 14:32`, `Fri 4 Dec, 09:00`, `4 Dec 2025`: as short as it can be without doubt. */
export function timeText(iso: string, now: number, withSeconds = false): string {
  const date = new Date(iso);
  const clock = (withSeconds ? CLOCK : TIME).format(date);
  const days = dayNumber(date) - dayNumber(new Date(now));
  if (days === 0) return texts.times.today(clock);
  if (days === -1) return texts.times.yesterday(clock);
  if (days === 1) return texts.times.tomorrow(clock);
  if (Math.abs(days) > 180) return DAY_OF_YEAR.format(date);
  return `${dayText(date)}, ${clock}`;
}

/** `Fri 4 Dec` */
export function dayText(date: Date): string {
  return DAY.format(date).replace(',', '');
}

/** `Fri 4 Dec`, the day in UTC, as the daily limit counts days. */
export function utcDayText(date: Date): string {
  return UTC_DAY.format(date).replace(',', '');
}

/** `14:32` */
export function hourText(date: Date): string {
  return TIME.format(date);
}

/** `14:32:05` */
export function clockText(at: number): string {
  return CLOCK.format(at);
}

const UNITS: readonly (readonly [ms: number, text: (count: number) => string])[] = [
  [DAY_MS, texts.times.days],
  [3_600_000, texts.times.hours],
  [60_000, texts.times.minutes],
  [1000, texts.times.seconds],
];

/** `6 days`, `1 hour`, `12 seconds` */
export function durationText(ms: number): string {
  const [unit, text] = UNITS.find(([size]) => ms >= size) ?? [1000, texts.times.seconds];
  return text(Math.max(Math.round(ms / unit), 0));
}

/** Days as whoever looks counts them. */
function dayNumber(date: Date): number {
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS);
}

/** What the sentence about a batch's pace is made of. */
export interface PaceNumbers {
  readonly requests: number;
  /** Enhancements that the account may ask for in a window; null without a limit. */
  readonly limit: number | null;
  /** What is left of today's for batches; null without a limit. */
  readonly leftToday: number | null;
  /** Days until the end, by UTC's calendar: 0 for today; null when it never ends, since the limit leaves batches nothing. */
  readonly days: number | null;
  /** Epoch ms; null when it never ends. */
  readonly expectedEnd: number | null;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface PaceContext {
  /** Epoch ms. */
  readonly now: number;
  /** The limit's; with a change of the clocks a day has 23 or 25 hours. */
  readonly windowMs: number;
  /** Whether an image comes more than once: then there are more requests than images. */
  readonly hasRepeats: boolean;
}

export function paceSentence(pace: PaceNumbers, { now, windowMs, hasRepeats }: PaceContext): string {
  const isDay = Math.abs(windowMs - DAY_MS) <= 2 * HOUR_MS;
  return `${quantity(pace.requests, hasRepeats ? 'line' : 'image')}, ${leftText(pace, isDay)}: ${endText(pace, now)}`;
}

function leftText({ limit, leftToday }: PaceNumbers, isDay: boolean): string {
  if (limit === null || leftToday === null) return 'no daily limit';
  // Something may be left for single requests.
  if (leftToday === 0) return `none left for batches ${isDay ? 'today' : 'in this window'}`;
  const of = isDay ? "today's" : "this window's";
  return `${numberText(leftToday)} of ${of} ${numberText(limit)} left for batches`;
}

function endText({ days, expectedEnd }: PaceNumbers, now: number): string {
  if (days === null || expectedEnd === null) return 'never finished, since the daily limit leaves nothing to batches';
  const left = expectedEnd - now;
  if (left < HOUR_MS) return `finished in about ${durationText(left)}`;
  if (days === 0) return `finished today, at about ${timeText(expectedEnd)} UTC`;
  if (days === 1) return `finished tomorrow, on ${weekdayText(expectedEnd)}`;
  const day = days < 7 ? weekdayText(expectedEnd) : dateText(expectedEnd);
  return `finished in about ${numberText(days)} days, on ${day}`;
}

function durationText(ms: number): string {
  if (ms < MINUTE_MS) return quantity(Math.max(1, Math.ceil(ms / SECOND_MS)), 'second');
  return quantity(Math.ceil(ms / MINUTE_MS), 'minute');
}

function quantity(count: number, thing: string): string {
  return `${numberText(count)} ${thing}${count === 1 ? '' : 's'}`;
}

const numberText = (value: number) => value.toLocaleString('en-US');
const formatIn = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
  return (at: number) => format.format(at);
};
const weekdayText = formatIn({ weekday: 'long' });
const dateText = formatIn({ day: 'numeric', month: 'long', year: 'numeric' });
const timeText = formatIn({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

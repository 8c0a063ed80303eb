const LONGEST_MS = 60 * 60 * 1000;
/** A larger number is not a wait but a time: an epoch in seconds or in ms. */
const EPOCH_FROM = 1e9;
const EPOCH_MS_FROM = 1e12;

/**
 * How long a response asks us to wait, in whole ms, at most an hour. RFC 9110, 10.2.3 defines seconds and a date. Servers also
 * send fractions (rounded up to the next second), units, lists (the first number counts) and epochs. A time is compared with
 * the response's own `Date`, so that neither clock has to be right. Undefined when the value is absent, in the past or not
 * understood.
 * @param now epoch ms, for a response without a `Date`
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const value = (headers['retry-after'] ?? '').replace(/^[\s"]+|[\s"]+$/g, '');
  const until = parseDate(value) ?? parseEpoch(value);
  if (until === undefined) return parseWait(value);
  const wait = until - (parseDate(headers.date?.trim() ?? '') ?? now);
  return wait < 0 ? undefined : Math.min(Math.ceil(wait), LONGEST_MS);
}

const NUMBER_FIRST = /^(\d+(?:\.\d+)?)\s*([a-z]*)(?=$|[\s,;])/i;
const UNIT_SECONDS: readonly (readonly [unit: RegExp, seconds: number])[] = [
  [/^(s|secs?|seconds?)?$/i, 1],
  [/^(ms|msecs?|milliseconds?)$/i, 0.001],
  [/^(m|mins?|minutes?)$/i, 60],
  [/^(h|hrs?|hours?)$/i, 3600],
];

function parseWait(value: string): number | undefined {
  const [, digits, unit = ''] = NUMBER_FIRST.exec(value) ?? [];
  const [, factor] = UNIT_SECONDS.find(([known]) => known.test(unit)) ?? [];
  if (digits === undefined || factor === undefined) return undefined;
  return Math.min(Math.ceil(Number(digits) * factor) * 1000, LONGEST_MS);
}

function parseEpoch(value: string): number | undefined {
  if (!/^\d+(\.\d+)?$/.test(value) || Number(value) <= EPOCH_FROM) return undefined;
  return Number(value) < EPOCH_MS_FROM ? Number(value) * 1000 : Number(value);
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME = String.raw`(?<hour>\d{1,2}):(?<minute>\d\d):(?<second>\d\d)`;
const ZONE = String.raw`(?:GMT|UTC|Z|(?<offset>[+-]\d\d:?\d\d))?`;
// RFC 9110, 5.6.7: the current form and two older ones. Also ISO 8601. Each form allows what servers get wrong.
const DATES = [
  new RegExp(
    String.raw`^(?:[a-z]{3,9},?\s+)?(?<day>\d{1,2})[\s-](?<month>[a-z]{3})[a-z]*[\s-](?<year>\d{2,4})\s+${TIME}\s*${ZONE}$`,
    'i',
  ),
  new RegExp(
    String.raw`^(?:[a-z]{3}\s+)(?<month>[a-z]{3})\s+(?<day>\d{1,2})\s+${TIME}\s*${ZONE}\s+(?<year>\d{4})$`,
    'i',
  ),
  new RegExp(String.raw`^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[T ]${TIME}(?:\.\d+)?\s*${ZONE}$`, 'i'),
];

/** Epoch ms. A date without a zone is in UTC. `Date.parse` alone would accept nearly any text with a digit. */
function parseDate(value: string): number | undefined {
  for (const form of DATES) {
    const { groups } = form.exec(value) ?? {};
    if (groups !== undefined) return timeOf(groups);
  }
  return undefined;
}

function timeOf({ year = '', month = '', day, hour, minute, second, offset }: Record<string, string | undefined>) {
  const monthIndex = /^\d/.test(month) ? Number(month) - 1 : MONTHS.indexOf(month.toLowerCase());
  // A year of two digits is in this century: a date in the last one would be in the past.
  const fullYear = year.length === 2 ? 2000 + Number(year) : Number(year);
  const parts = [Number(day), Number(hour), Number(minute), Number(second)] as const;
  const time = Date.UTC(fullYear, monthIndex, ...parts);
  const date = new Date(time);
  const read = [date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  if (date.getUTCMonth() !== monthIndex || read.some((part, index) => part !== parts[index])) return undefined;
  return time - offsetMs(offset);
}

function offsetMs(offset: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(offset ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}

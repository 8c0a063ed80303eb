const LONGEST_MS = 60 * 60 * 1000;

// RFC 9110, 5.6.7: the form that is sent today, and the two older ones (the last carries no zone and means UTC).
const HTTP_DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * How long a response asks us to wait, in ms, at most an hour (RFC 9110, 10.2.3: seconds or a date). A date counts from the
 * answer's own `Date`, so that neither clock has to be right. Undefined for what is absent, in the past or understood by
 * nobody.
 * @param now epoch ms, for a response without a `Date`
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, LONGEST_MS);
  const until = parseHttpDate(value);
  if (until === undefined) return undefined;
  const wait = until - (parseHttpDate(headers.date?.trim() ?? '') ?? now);
  return wait < 0 ? undefined : Math.min(wait, LONGEST_MS);
}

/** Epoch ms. `Date.parse` alone would take nearly anything with a digit in it for a date. */
function parseHttpDate(value: string): number | undefined {
  if (!HTTP_DATES.some((form) => form.test(value))) return undefined;
  const time = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

export const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

export const NOT_AFTER_RULE = 'an ISO 8601 date and time with an offset, such as 2026-11-22T10:00:00Z';

/** Epoch ms after which a request is no longer wanted; undefined when the value is not valid. */
export function parseNotAfter(value: unknown): number | undefined {
  if (typeof value !== 'string' || !ISO_8601.test(value)) return undefined;
  const epochMs = Date.parse(value);
  return Number.isNaN(epochMs) || !isInCalendar(value.slice(0, 10)) || !hasFourDigits(epochMs) ? undefined : epochMs;
}

/** `Date.parse` reads 30 February as 2 March. @param day one that `Date.parse` accepts */
function isInCalendar(day: string): boolean {
  return new Date(Date.parse(day)).toISOString().startsWith(day);
}

/** In UTC, in which it is passed on, the year may become -0001 or 10000, which other readers of ISO 8601 refuse. */
function hasFourDigits(epochMs: number): boolean {
  return /^\d{4}-/.test(new Date(epochMs).toISOString());
}

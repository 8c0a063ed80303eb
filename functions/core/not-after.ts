export const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

export const NOT_AFTER_RULE = 'an ISO 8601 date and time with an offset, such as 2026-11-22T10:00:00Z';

/** Epoch ms after which a request is no longer wanted, or undefined when the value says no time. */
export function parseNotAfter(value: unknown): number | undefined {
  const epochMs = typeof value === 'string' && ISO_8601.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(epochMs) ? undefined : epochMs;
}

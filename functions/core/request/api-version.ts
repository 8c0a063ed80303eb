const DAY = /^\d{4}-\d\d-\d\d$/;

export const API_VERSION_RULE = 'a date such as 2025-05-08';

/** A version of Autoenhance's API, as in `x-api-version`; undefined when the value is not valid. */
export function parseApiVersion(value: unknown): string | undefined {
  if (typeof value !== 'string' || !DAY.test(value)) return undefined;
  const epochMs = Date.parse(value);
  // `Date.parse` reads 30 February as 2 March.
  return !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(value) ? value : undefined;
}

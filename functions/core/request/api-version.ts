const DAY = /^\d{4}-\d\d-\d\d$/;

export const API_VERSION_RULE = 'a date such as 2025-05-08';

/** A version of Autoenhance's API as `x-api-version` names it, or undefined when the value is none. */
export function parseApiVersion(value: unknown): string | undefined {
  if (typeof value !== 'string' || !DAY.test(value)) return undefined;
  const epochMs = Date.parse(value);
  // `Date.parse` takes 30 February for 2 March.
  return !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(value) ? value : undefined;
}

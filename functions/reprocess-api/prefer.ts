/** How long a caller wants to wait, out of the header `Prefer` (RFC 7240). */
export interface Preference {
  /** Ms; 0 for `respond-async`. */
  readonly waitMs: number;
  /** What was understood, for the header `Preference-Applied`. */
  readonly applied: readonly string[];
}

const USUAL_WAIT_SECONDS = 10;
/** API Gateway ends every request after 30 s. */
const LONGEST_WAIT_SECONDS = 20;

/** Unknown preferences are ignored, as RFC 7240 demands; of `wait` and `respond-async` together, `wait` bounds the wait. */
export function parsePrefer(header: string | undefined): Preference {
  const preferences = (header ?? '')
    .split(',')
    .map((preference) => preference.split(';')[0]?.trim().toLowerCase() ?? '');
  const waits = preferences.map((preference) => /^wait\s*=\s*"?(\d{1,9})"?$/.exec(preference)?.[1]);
  const wait = waits.find((seconds) => seconds !== undefined);
  if (wait !== undefined) {
    const seconds = Math.min(Number(wait), LONGEST_WAIT_SECONDS);
    return { waitMs: seconds * 1000, applied: [`wait=${seconds}`] };
  }
  if (preferences.includes('respond-async')) return { waitMs: 0, applied: ['respond-async'] };
  return { waitMs: USUAL_WAIT_SECONDS * 1000, applied: [] };
}

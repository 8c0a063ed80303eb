import { LONGEST_WAIT_SECONDS } from '../core/request/longest-wait.ts';

/** How long a caller wants to wait, from the header `Prefer` (RFC 7240). */
export interface Preference {
  /** Ms; 0 for `respond-async`. */
  readonly waitMs: number;
  /** For the header `Preference-Applied`. */
  readonly applied: readonly string[];
  /** Whether the caller wants a 202 while the outcome is not known. */
  readonly isAsync: boolean;
}

const USUAL_WAIT_SECONDS = 10;

// A comma within quotes is not a separator.
const PREFERENCES = /(?:[^",]|"(?:[^"\\]|\\.?)*"?)+/g;
const NAME_AND_VALUE = /^\s*([^\s=;"]+)\s*(?:=\s*(?:"([^"]*)"|([^\s;"]*))\s*)?(?:;|$)/;
const SECONDS = /^\d+$/;

/**
 * Unknown preferences are ignored, as RFC 7240 requires. If both `wait` and `respond-async` are present, `wait` sets the wait.
 * @param usualWaitSeconds without the header
 */
export function parsePrefer(header = '', usualWaitSeconds = USUAL_WAIT_SECONDS): Preference {
  const values = valuesOf(header);
  const wait = values.get('wait') ?? '';
  const isAsync = values.get('respond-async') === '';
  if (SECONDS.test(wait)) {
    const seconds = Math.min(Number(wait), LONGEST_WAIT_SECONDS);
    return { waitMs: seconds * 1000, applied: [`wait=${seconds}`], isAsync };
  }
  if (isAsync) return { waitMs: 0, applied: ['respond-async'], isAsync };
  return { waitMs: usualWaitSeconds * 1000, applied: [], isAsync };
}

/** Values by name in lower case. A missing value is ''. The first value of a name counts. */
function valuesOf(header: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [preference] of header.matchAll(PREFERENCES)) {
    const [, name, quoted, token = ''] = NAME_AND_VALUE.exec(preference) ?? [];
    const key = name?.toLowerCase();
    if (key !== undefined && !values.has(key)) values.set(key, quoted ?? token);
  }
  return values;
}

import { LONGEST_WAIT_SECONDS } from '../core/partner-keys.ts';

/** How long a caller wants to wait, out of the header `Prefer` (RFC 7240). */
export interface Preference {
  /** Ms; 0 for `respond-async`. */
  readonly waitMs: number;
  /** What was understood, for the header `Preference-Applied` if it is heeded. */
  readonly applied: readonly string[];
  /** Whether it asked for a 202 where the outcome is not known yet. */
  readonly isAsync: boolean;
}

const USUAL_WAIT_SECONDS = 10;

// A comma within quotes ends nothing.
const PREFERENCES = /(?:[^",]|"(?:[^"\\]|\\.?)*"?)+/g;
const NAME_AND_VALUE = /^\s*([^\s=;"]+)\s*(?:=\s*(?:"([^"]*)"|([^\s;"]*))\s*)?(?:;|$)/;
const SECONDS = /^\d+$/;

/**
 * Unknown preferences are ignored, as RFC 7240 demands; of `wait` and `respond-async` together, `wait` bounds the wait.
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

/** By name in lower case; where there is no value, as where it is empty, ''. What came first under a name counts. */
function valuesOf(header: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [preference] of header.matchAll(PREFERENCES)) {
    const [, name, quoted, token = ''] = NAME_AND_VALUE.exec(preference) ?? [];
    const key = name?.toLowerCase();
    if (key !== undefined && !values.has(key)) values.set(key, quoted ?? token);
  }
  return values;
}

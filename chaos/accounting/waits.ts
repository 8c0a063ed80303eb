import { type Call, isDoubtful } from './calls.ts';
import {
  ACCOUNT_STATUSES,
  FIRST_WAIT,
  LONGEST_RETRY_AFTER,
  LONGEST_WAIT,
  LOST_RESPONSE_WAITS,
} from './promised-numbers.ts';

/** How long a request has to wait after a call, in ms. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/**
 * What docs/reliability.md says of the wait after a call that is made again.
 * @param calls those of the request up to this one, which is the last
 * @param claims how many claims it had by then, with or without a call
 */
export function boundsAfter(calls: readonly Call[], claims: number): Bounds {
  const call = calls.at(-1);
  if (call?.end === undefined || ACCOUNT_STATUSES.includes(call.end.how)) return { least: 0, most: SHORT_WAIT };
  const asked = Math.min(call.end.retryAfter ?? 0, LONGEST_RETRY_AFTER / 1000) * 1000;
  const own = isDoubtful(call) ? lostWait(calls, claims) : backoff(calls, claims);
  return { least: Math.max(own.least, asked), most: Math.max(own.most, asked, SHORT_WAIT) };
}

/** The circuit breaker may be open, or the ledger away. */
export const SHORT_WAIT = 60_000;
/** Waits are spread by as much. */
const SPREAD = 1.1;

function lostWait(calls: readonly Call[], claims: number): Bounds {
  const lost = calls.filter(isDoubtful).length;
  return { least: nthLostWait(lost), most: nthLostWait(claims) * SPREAD };
}

function nthLostWait(lost: number): number {
  return LOST_RESPONSE_WAITS[Math.min(lost, LOST_RESPONSE_WAITS.length) - 1] ?? LOST_RESPONSE_WAITS[0];
}

/** Half of it is random. What did not count as an attempt may have been more than what is seen here, never less. */
function backoff(calls: readonly Call[], claims: number): Bounds {
  const counted = calls.filter(({ end }) => end !== undefined && !ACCOUNT_STATUSES.includes(end.how));
  const attempts = new Set(counted.map(({ claim }) => claim)).size;
  return { least: nthBackoff(attempts) / 2, most: nthBackoff(claims) };
}

function nthBackoff(attempts: number): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.max(0, attempts - 1));
}

import type { Failed, FailureCode } from '../../functions/core/outcome/outcome.ts';
import type { FactOf } from '../facts.ts';
import { type Call, isDoubtful } from './calls.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';
import {
  ACCOUNT_STATUSES,
  CLOCKS_APART,
  LIFETIME,
  LOST_RESPONSE_WAITS,
  MIN_ATTEMPTS,
  RETRY_FOR,
} from './promised-numbers.ts';

/** What a request went through until its outcome. */
interface Course {
  /** Epoch ms of its outcome. */
  readonly at: number;
  readonly calls: readonly Call[];
  /** Claims that may count as attempts. */
  readonly claims: number;
  /** Claims after which nobody knew whether the endpoint had acted. */
  readonly doubts: number;
  /** Ms that it spent on its own calls and waits. */
  readonly retriedMs: number;
  readonly notAfter: number | undefined;
  /** Epoch ms from which it is too old to be sent. */
  readonly tooOldFrom: number;
}

/** Every outcome has its reason in what happened, counts its attempts, and says what the endpoint may have done. */
export function checkReasons(file: CaseFile, pad: Pad): void {
  for (const [requestId, { at }] of file.recorded) {
    const outcome = file.outcomes.get(requestId);
    if (outcome === undefined) continue;
    const calls = file.callsFor.get(requestId) ?? [];
    const claims = file.claimsOf(requestId);
    const waits = file.waitsOf(requestId);
    const doubts = doubtsOf(claims, waits, calls);
    const retriedMs = retriedFor(calls, waits);
    const { notAfter, at: queuedAt = Number.POSITIVE_INFINITY } = file.owners.get(requestId) ?? {};
    const tooOldFrom = queuedAt + LIFETIME;
    const begun = claims.filter((claim) => !wasGivenBack(claim, calls, file)).length;
    const course = { at, calls, claims: begun, doubts, retriedMs, notAfter, tooOldFrom };
    const code = outcome.kind === 'failed' ? outcome.error.code : 'succeeded';
    if (!isFounded(code, course)) pad.breach('unfounded', at, `${requestId}: ${code}`);
    if (outcome.kind === 'failed' && concealsAct(outcome, calls)) pad.breach('hidden_act', at, `${requestId}: ${code}`);
    if (!isMiscounted(outcome.attempts, course)) continue;
    pad.breach('miscounted', at, `${requestId}: ${outcome.attempts} attempts, ${calls.length} calls`);
  }
}

function isFounded(code: FailureCode | 'succeeded', course: Course): boolean {
  const { calls, at, doubts, notAfter, tooOldFrom } = course;
  const answered = (...statuses: readonly number[]) => calls.some(({ end }) => statuses.includes(Number(end?.how)));
  switch (code) {
    case 'succeeded':
      return answered(200);
    case 'not_found':
      return answered(404);
    case 'invalid_preferences':
      return answered(422);
    case 'refused':
      return answered(403) && wasRetriedForLong(course);
    case 'gave_up':
      return doubts > LOST_RESPONSE_WAITS.length || wasRetriedForLong(course);
    case 'expired':
      return at > Math.min(notAfter ?? tooOldFrom, tooOldFrom) - CLOCKS_APART;
    case 'internal':
      // Whether it was to blame is checkPoison's question.
      return true;
    case 'invalid_request':
    case 'request_id_reused':
      // These are never recorded: the message has no claim to an item.
      return false;
  }
}

/** Each wait is known to a few seconds, and there are some sixty of them. */
const RETRY_SLACK = 5 * 60_000;

function wasRetriedForLong({ calls, retriedMs }: Course): boolean {
  return calls.length >= MIN_ATTEMPTS && retriedMs >= RETRY_FOR - RETRY_SLACK;
}

/** "Only a request's own attempts and its own waits count." */
function retriedFor(calls: readonly Call[], waits: readonly FactOf<'waiting'>[]): number {
  const called = calls.reduce((sum, { at, end }) => sum + (end === undefined ? 0 : end.at - at), 0);
  return waits.reduce((sum, { at, nextAttemptAt }) => sum + Math.max(0, nextAttemptAt - at), called);
}

/** A claim leaves a doubt when its call's response was lost, or when nothing was written of its end before the next one. */
function doubtsOf(
  claims: readonly FactOf<'claimed'>[],
  waits: readonly FactOf<'waiting'>[],
  calls: readonly Call[],
): number {
  return claims.filter((claim, index) => {
    const next = claims[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const isLost = calls.some((call) => call.claim === claim && isDoubtful(call));
    return isLost || (next < Number.POSITIVE_INFINITY && !waits.some(({ at }) => at >= claim.at && at <= next));
  }).length;
}

/** Its worker lived, reached the ledger and made no call: such a claim leaves no trace behind. */
function wasGivenBack(claim: FactOf<'claimed'>, calls: readonly Call[], file: CaseFile): boolean {
  const { requestId, invocation } = claim;
  const isOfIt = (fact: { readonly invocation: number }) => fact.invocation === invocation;
  const isDisturbed = [...file.of('killed'), ...file.of('cut_off'), ...file.of('stalled')].some(isOfIt);
  const isUnnoted = file.of('ledger_failed').some((fact) => fact.requestId === requestId && isOfIt(fact));
  return !isDisturbed && !isUnnoted && !calls.some((call) => call.claim === claim);
}

/** An attempt is a claim, whether or not its end is known; the account's faults do not count, nor does what was not begun. */
function isMiscounted(attempts: number, { calls, claims }: Course): boolean {
  const counted = calls.filter(({ end }) => end !== undefined && !ACCOUNT_STATUSES.includes(end.how));
  return attempts < new Set(counted.map(({ claim }) => claim)).size || attempts > claims;
}

function concealsAct({ error }: Failed, calls: readonly Call[]): boolean {
  return error.mayHaveActed !== true && calls.some(({ acts }) => acts.length > 0);
}

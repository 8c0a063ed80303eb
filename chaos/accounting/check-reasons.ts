import type { Failed, FailureCode } from '../../functions/core/outcome/outcome.ts';
import type { CallEnd, FactOf } from '../facts.ts';
import { LIMITS } from '../stage.ts';
import { type Call, CLOCKS_APART_MS, isDoubtful } from './calls.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';

/** What a request went through until its outcome. */
interface Course {
  /** Epoch ms of its outcome. */
  readonly at: number;
  readonly calls: readonly Call[];
  /** Claims that may count as attempts. */
  readonly claims: number;
  /** Claims after which nobody knew whether the endpoint had acted. */
  readonly doubts: number;
  readonly notAfter: number | undefined;
  /** Epoch ms from which it is too old to be sent. */
  readonly tooOldFrom: number;
}

/** Every outcome has its reason in what happened, counts its attempts, and says what the endpoint may have done. */
export function checkReasons(file: CaseFile, pad: Pad): void {
  const claims = Map.groupBy(file.of('claimed'), ({ requestId }) => requestId);
  const waits = Map.groupBy(file.of('waiting'), ({ requestId }) => requestId);
  for (const [requestId, { at }] of file.recorded) {
    const outcome = file.outcomes.get(requestId);
    if (outcome === undefined) continue;
    const calls = file.callsFor.get(requestId) ?? [];
    const own = claims.get(requestId) ?? [];
    const doubts = doubtsOf(own, waits.get(requestId) ?? [], calls);
    const { notAfter, at: queuedAt = Number.POSITIVE_INFINITY } = file.owners.get(requestId) ?? {};
    const tooOldFrom = queuedAt + LIMITS.requestLifetime;
    const begun = own.filter((claim) => !wasGivenBack(claim, calls, file)).length;
    const course = { at, calls, claims: begun, doubts, notAfter, tooOldFrom };
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
      return answered(403) && wasRetriedForLong(calls, at);
    case 'gave_up':
      return doubts > MAX_DOUBTS || wasRetriedForLong(calls, at);
    case 'expired':
      return at > Math.min(notAfter ?? tooOldFrom, tooOldFrom) - CLOCKS_APART_MS;
    case 'internal':
      // Whether it was to blame is checkPoison's question.
      return true;
    case 'invalid_request':
    case 'request_id_reused':
      // These are never recorded: the message has no claim to an item.
      return false;
  }
}

/** Design, decision 6: how long and how often a request is retried, and how often where each repeat may act again. */
const MIN_ATTEMPTS = 5;
const MAX_DOUBTS = 5;

function wasRetriedForLong(calls: readonly Call[], at: number): boolean {
  return calls.length >= MIN_ATTEMPTS && at - (calls[0]?.at ?? at) >= LIMITS.retryFor;
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

const ACCOUNT_FAULTS: readonly CallEnd[] = [401, 402];

/** An attempt is a claim, whether or not its end is known; the account's faults do not count, nor does what was not begun. */
function isMiscounted(attempts: number, { calls, claims }: Course): boolean {
  const counted = calls.filter(({ end }) => end !== undefined && !ACCOUNT_FAULTS.includes(end.how));
  return attempts < new Set(counted.map(({ claim }) => claim)).size || attempts > claims;
}

function concealsAct({ error }: Failed, calls: readonly Call[]): boolean {
  return error.mayHaveActed !== true && calls.some(({ acts }) => acts.length > 0);
}

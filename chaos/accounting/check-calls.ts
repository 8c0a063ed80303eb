import { type Call, isDoubtful } from './calls.ts';
import type { CaseFile } from './case-file.ts';
import type { NoteName, Pad } from './finding.ts';
import { ACCOUNT_STATUSES, CLOCKS_APART } from './promised-numbers.ts';

/** Every call has a claim of its own, and one that is made again has a reason in the one before it. */
export function checkCalls(file: CaseFile, pad: Pad): void {
  for (const { claim, number, at, imageId } of file.calls) {
    if (claim === undefined) pad.breach('no_claim', at, `call ${number} of ${imageId}`);
  }
  for (const [requestId, calls] of file.callsFor) {
    if (requestId === '') continue;
    checkClaims(requestId, calls, pad);
    const notAfter = file.owners.get(requestId)?.notAfter ?? Number.POSITIVE_INFINITY;
    const recordedAt = file.recorded.get(requestId)?.at ?? Number.POSITIVE_INFINITY;
    for (const [index, call] of calls.entries()) {
      if (call.at > notAfter + CLOCKS_APART) pad.breach('sent_late', call.at, requestId);
      if (call.at > recordedAt) pad.breach('duplicate_call', call.at, `${requestId} had its outcome already`);
      const before = calls[index - 1];
      if (before !== undefined) checkRepeat(requestId, before, call, file, pad);
    }
  }
}

/** One claim, one call; a second one only when another key might change the response, and the first one counts for nothing. */
function checkClaims(requestId: string, calls: readonly Call[], pad: Pad): void {
  for (const made of Map.groupBy(calls, ({ claim }) => claim).values()) {
    if (made.length <= (isAnsweredToKey(made[0]) ? 2 : 1)) continue;
    pad.breach('no_claim', made[1]?.at ?? 0, `${requestId}: ${made.length} calls under one claim`);
  }
}

const isAnsweredToKey = (call: Call | undefined) => ACCOUNT_STATUSES.includes(Number(call?.end?.how));

/** Each call gives a reason for the next one at the most: so one crash explains one repeat, and no more. */
function checkRepeat(requestId: string, before: Call, call: Call, file: CaseFile, pad: Pad): void {
  const reason = reasonToRepeat(requestId, before, call, file);
  const acted = before.acts.some(({ at }) => at < call.at);
  const text = `${requestId}: call ${before.number} ${acted ? 'acted' : 'ended'}, and call ${call.number} was made`;
  if (reason === undefined) pad.breach('duplicate_call', call.at, text);
  else if (acted && reason !== 'retried') pad.note(reason, call.at, text);
}

/** Why a request was called again. */
function reasonToRepeat(
  requestId: string,
  before: Call,
  again: Call,
  file: CaseFile,
): NoteName | 'retried' | undefined {
  const { end, claim } = before;
  if (end === undefined || end.at > again.at) return wasEnded(before, again, file) ? 'duplicate_crash' : undefined;
  if (isDoubtful(before)) return 'duplicate_lost';
  if (isRetried(before)) return 'retried';
  if (wasEnded(before, again, file)) return 'duplicate_crash';
  const failed = file.failedWrites(requestId).filter(({ invocation, at }) => {
    return invocation === before.invocation && at >= end.at && at <= again.at;
  });
  // "The write of the outcome is repeated until the deadline", which is the end of the claim's lease.
  const lastFailedAt = failed.at(-1)?.at ?? 0;
  return lastFailedAt > (claim?.leaseUntil ?? 0) - GIVEN_UP - CLOCKS_APART ? 'duplicate_ledger' : undefined;
}

/** Before its deadline an invocation keeps some seconds, and the SDK gives up on a write after some more. */
const GIVEN_UP = 15_000;

/** docs/reliability.md, "Which responses are retried". */
function isRetried({ end }: Call): boolean {
  if (typeof end?.how !== 'number') return end?.how === 'proxy' || end?.how === 'not_sent';
  const { how } = end;
  const isNamed = ACCOUNT_STATUSES.includes(how) || [403, 408, 409, 423, 425, 429].includes(how);
  return isNamed || Math.floor(how / 100) === 3 || how >= 500;
}

/** Whether its worker crashed, or was cut off, before it could write of the call's end. */
function wasEnded(before: Call, again: Call, file: CaseFile): boolean {
  const ended = file.crashOf(before.invocation);
  return ended !== undefined && ended.at >= before.at && ended.at <= again.at;
}

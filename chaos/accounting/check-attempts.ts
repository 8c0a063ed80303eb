import type { FactOf, ToldAttempt } from '../facts.ts';
import type { Call } from './calls.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';
import { CLOCKS_APART, TOLD_ATTEMPTS } from './promised-numbers.ts';

/** A request tells of its attempts what the endpoint saw of them, or that it saw nothing, in the order in which they were made. */
export function checkAttempts(file: CaseFile, pad: Pad): void {
  const claims = new Map<string, FactOf<'claimed'>>();
  const told = new Map<string, readonly ToldAttempt[]>();
  for (const fact of file.facts) {
    if (fact.kind === 'claimed') claims.set(fact.requestId, fact);
    if (fact.kind !== 'attempts_told') continue;
    const { requestId, attempts, at } = fact;
    const [before, claim] = [told.get(requestId) ?? [], claims.get(requestId)];
    const newest = attempts.at(-1);
    const calls = file.callsFor.get(requestId)?.filter((call) => call.claim === claim) ?? [];
    const isTrue =
      newest !== undefined && follows(attempts, before) && isWithin(newest, claim, at) && isSeen(newest, calls.at(-1));
    if (!isTrue) pad.breach('mistold', at, `${requestId}: ${JSON.stringify(newest)}`);
    told.set(requestId, attempts);
  }
}

/** Whether only the newest was added. An item that has expired begins again. */
function follows(attempts: readonly ToldAttempt[], before: readonly ToldAttempt[]): boolean {
  const newest = attempts.slice(-1);
  if (attempts.length === 1 && newest[0]?.attempt === 1) return true;
  const isLater = (newest[0]?.attempt ?? 0) >= (before.at(-1)?.attempt ?? 1);
  return isLater && JSON.stringify(attempts) === JSON.stringify([...before, ...newest].slice(-TOLD_ATTEMPTS));
}

function isWithin({ at }: ToldAttempt, claim: FactOf<'claimed'> | undefined, until: number): boolean {
  return claim !== undefined && at >= claim.at - CLOCKS_APART && at <= until + CLOCKS_APART;
}

const UNSENT = ['call_not_started', 'api_key_unavailable', 'endpoint_not_reached'];
const LOST = ['answer_timed_out', 'connection_lost'];

/** @param call the last one of the attempt: another key may have been tried in it */
function isSeen({ code, status }: ToldAttempt, call: Call | undefined): boolean {
  const how = call?.end?.how;
  if (status !== null) return how === status || how === 'proxy';
  if (LOST.includes(code)) return call !== undefined && (how === undefined || how === 'lost');
  return UNSENT.includes(code) && (call === undefined || how === 'not_sent');
}

import type { Fact, FactOf } from '../facts.ts';
import { type Call, CLOCKS_APART_MS, isDoubtful } from './calls.ts';
import type { CaseFile } from './case-file.ts';
import type { NoteName, Pad } from './finding.ts';

/** Every call has a claim of its own, and one that is made again after the endpoint acted has a reason. */
export function checkCalls(file: CaseFile, pad: Pad): void {
  const waits = Map.groupBy(file.of('waiting'), ({ requestId }) => requestId);
  for (const { claim, number, at, imageId } of file.calls) {
    if (claim === undefined) pad.breach('no_claim', at, `call ${number} of ${imageId}`);
  }
  for (const [requestId, calls] of file.callsFor) {
    if (requestId === '') continue;
    checkClaims(requestId, calls, pad);
    checkWaits(requestId, calls, waits.get(requestId) ?? [], pad);
    const notAfter = file.owners.get(requestId)?.notAfter ?? Number.POSITIVE_INFINITY;
    const recordedAt = file.recorded.get(requestId)?.at ?? Number.POSITIVE_INFINITY;
    for (const [index, call] of calls.entries()) {
      if (call.at > notAfter + CLOCKS_APART_MS) pad.breach('sent_late', call.at, requestId);
      if (call.at > recordedAt) pad.breach('duplicate_call', call.at, `${requestId} had its outcome already`);
      const acted = calls.slice(0, index).findLast(({ acts }) => acts.some(({ at }) => at < call.at));
      if (acted === undefined) continue;
      const reason = reasonFor(requestId, acted, call, file.facts);
      const text = `${requestId}: call ${acted.number} acted, and call ${call.number} was made`;
      if (reason === undefined) pad.breach('duplicate_call', call.at, text);
      else pad.note(reason, call.at, text);
    }
  }
}

/** One claim, one call; a second one only when another key might change the response. */
function checkClaims(requestId: string, calls: readonly Call[], pad: Pad): void {
  for (const made of Map.groupBy(calls, ({ claim }) => claim).values()) {
    const mayRepeat = [401, 402, 403].includes(Number(made[0]?.end?.how));
    if (made.length <= (mayRepeat ? 2 : 1)) continue;
    pad.breach('no_claim', made[1]?.at ?? 0, `${requestId}: ${made.length} calls under one claim`);
  }
}

/** docs/reliability.md: a retry after a response that was lost comes no sooner, since it may start an enhancement again. */
const AFTER_DOUBT_MS = 30_000;

/** A request that the ledger lets wait until then is not called before, by whatever way it comes again. */
function checkWaits(requestId: string, calls: readonly Call[], waits: readonly FactOf<'waiting'>[], pad: Pad): void {
  for (const [index, { at, number }] of calls.entries()) {
    const before = calls[index - 1];
    const apart = before?.end === undefined ? AFTER_DOUBT_MS : at - before.end.at;
    if (before !== undefined && isDoubtful(before) && apart < AFTER_DOUBT_MS - CLOCKS_APART_MS)
      pad.breach('too_early', at, `${requestId}: call ${number}, ${Math.round(apart / 1000)} s after a lost response`);
    const until = waits.findLast((wait) => wait.at < at)?.nextAttemptAt ?? 0;
    const early = Math.round((until - at) / 1000);
    if (at < until - CLOCKS_APART_MS) pad.breach('too_early', at, `${requestId}: call ${number}, ${early} s too early`);
  }
}

/** Why a request whose call had acted was called again. */
function reasonFor(requestId: string, acted: Call, again: Call, facts: readonly Fact[]): NoteName | undefined {
  const { end, invocation } = acted;
  const isBetween = (fact: Fact) => fact.at >= acted.at && fact.at <= again.at;
  const wasEnded = facts.some(
    (fact) => isBetween(fact) && (fact.kind === 'killed' || fact.kind === 'cut_off') && fact.invocation === invocation,
  );
  if (end === undefined || end.at > again.at) return wasEnded ? 'duplicate_crash' : undefined;
  if (isDoubtful(acted)) return 'duplicate_lost';
  if (wasEnded) return 'duplicate_crash';
  const writeFailed = facts.some(
    (fact) =>
      fact.kind === 'ledger_failed' &&
      fact.requestId === requestId &&
      fact.invocation === invocation &&
      fact.at >= end.at &&
      fact.at <= again.at,
  );
  return writeFailed ? 'duplicate_ledger' : undefined;
}

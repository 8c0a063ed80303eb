import type { FactOf } from '../facts.ts';
import { type Call, isDoubtful } from './calls.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';
import {
  ACCOUNT_STATUSES,
  CLOCKS_APART,
  KEPT_AT_MOST,
  LOST_RESPONSE_WAITS,
  MIN_ATTEMPTS,
  RETRY_FOR,
  VISIBILITY,
} from './promised-numbers.ts';
import { boundsAfter, SHORT_WAIT } from './waits.ts';

type Wait = FactOf<'waiting'>;

const NEVER = Number.POSITIVE_INFINITY;

/** Nothing is called too early, too often or too late. */
export function checkWaits(file: CaseFile, pad: Pad): void {
  for (const [requestId, calls] of file.callsFor) {
    if (requestId === '') continue;
    const own = { calls, waits: file.waitsOf(requestId), claims: file.claimsOf(requestId) };
    checkGaps(requestId, own, file, pad);
    checkLostResponses(requestId, calls, pad);
    checkRetries(requestId, own, pad);
  }
  checkLeases(file, pad);
  checkHidden(file, pad);
  checkOverdue(file, pad);
}

interface Course {
  readonly calls: readonly Call[];
  readonly waits: readonly Wait[];
  readonly claims: readonly FactOf<'claimed'>[];
}

/** Between two calls of a request lies the time that the docs name, and no wait is longer. */
function checkGaps(requestId: string, { calls, waits, claims }: Course, file: CaseFile, pad: Pad): void {
  for (const [index, call] of calls.entries()) {
    const next = calls[index + 1];
    const { end, claim } = call;
    if (end === undefined || next?.claim === claim) continue;
    const between = waits.filter(({ at }) => at >= end.at && at < (next?.at ?? NEVER));
    const wait = between.find(({ invocation }) => invocation === call.invocation);
    const begun = claims.filter(({ at }) => at <= call.at).length;
    const { least, most } = boundsAfter(calls.slice(0, index + 1), begun);
    // Without a word in the ledger the claim was left open, and its lease decides.
    if (next !== undefined && (wait !== undefined || isDoubtful(call))) {
      // A container that was cut off learns what became of its call when it is used again.
      const apart = next.at - Math.min(end.at, file.crashOf(call.invocation)?.at ?? NEVER);
      const least0 = wait === undefined ? LOST_RESPONSE_WAITS[0] : least;
      const text = `${requestId}: call ${next.number}, ${apart} ms after call ${call.number}, at least ${least0} ms`;
      if (apart < least0 - CLOCKS_APART) pad.breach('too_early', next.at, text);
    }
    for (const other of between) {
      const ms = other.nextAttemptAt - other.at;
      // A claim without a call waits for the circuit breaker or the key.
      const atMost = other === wait ? most : SHORT_WAIT;
      if (ms <= atMost + CLOCKS_APART) continue;
      pad.breach('too_late', other.at, `${requestId} waits for ${ms} ms, at most ${atMost} ms`);
    }
  }
  for (const { at, number } of calls) {
    const until = waits.findLast((wait) => wait.at < at)?.nextAttemptAt ?? 0;
    const early = Math.round((until - at) / 1000);
    if (at < until - CLOCKS_APART) pad.breach('too_early', at, `${requestId}: call ${number}, ${early} s too early`);
  }
}

/** Five retries at most: each may start an enhancement again. */
function checkLostResponses(requestId: string, calls: readonly Call[], pad: Pad): void {
  const lost = calls.filter(isDoubtful);
  const last = lost[LOST_RESPONSE_WAITS.length];
  const beyond = last && calls.find(({ at }) => at > (last.end?.at ?? last.at));
  if (beyond === undefined) return;
  pad.breach('too_often', beyond.at, `${requestId}: call ${beyond.number}, after ${lost.length} lost responses`);
}

/** Beyond the time that a request is retried for, an attempt under way may come back. */
const RETRY_SLACK = 20 * 60_000;

/** "Given up after `retryFor` and at least five attempts": only its own waits count, here those that are surely its own. */
function checkRetries(requestId: string, { calls, waits }: Course, pad: Pad): void {
  let own = 0;
  let attempts = 0;
  for (const [index, call] of calls.entries()) {
    const text = `${requestId}: call ${call.number}, after ${Math.round(own / 60_000)} minutes of retries`;
    if (attempts >= MIN_ATTEMPTS && own > RETRY_FOR + RETRY_SLACK) pad.breach('too_often', call.at, text);
    if (call.end === undefined || ACCOUNT_STATUSES.includes(call.end.how)) continue;
    attempts += 1;
    const { at: endedAt } = call.end;
    const nextAt = calls[index + 1]?.at ?? NEVER;
    // A call whose wait was not written is followed by another one when its lease is over.
    const wait = waits.find(({ at }) => at >= endedAt && at < nextAt);
    // A shorter wait may be the circuit breaker's.
    const ms = wait === undefined ? 0 : wait.nextAttemptAt - wait.at;
    if (ms > KEPT_AT_MOST + CLOCKS_APART) own += ms - CLOCKS_APART;
  }
}

/** A claim stands until its lease is over, unless its end is written. */
function checkLeases(file: CaseFile, pad: Pad): void {
  const open = new Map<string, FactOf<'claimed'>>();
  for (const fact of file.facts) {
    if (fact.kind === 'waiting' || fact.kind === 'recorded' || fact.kind === 'marked_crashed')
      open.delete(fact.requestId);
    if (fact.kind !== 'claimed') continue;
    const before = open.get(fact.requestId);
    const left = before === undefined ? 0 : before.leaseUntil - CLOCKS_APART - fact.at;
    if (left > 0)
      pad.breach('live_lease', fact.at, `${fact.requestId}, ${Math.round(left)} ms before the lease was over`);
    open.set(fact.requestId, fact);
  }
}

/** A message that could not be sent comes back within a minute; for longer it is hidden only when its request waits so long. */
function checkHidden(file: CaseFile, pad: Pad): void {
  const { limit, freeReceives } = file.scenario;
  if (limit !== undefined) return;
  const due = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const fact of file.facts) {
    if (fact.kind === 'received') counts.set(fact.messageId, fact.count);
    if (fact.kind === 'waiting') due.set(fact.requestId, fact.nextAttemptAt);
    if (fact.kind === 'claimed') due.set(fact.requestId, fact.leaseUntil);
    if (fact.kind !== 'hidden' || fact.seconds * 1000 <= KEPT_AT_MOST + CLOCKS_APART) continue;
    if (file.highestCount(fact.invocation) > freeReceives) continue;
    const requestId = file.messagesById.get(fact.messageId)?.requestId ?? '';
    // Its wait could not be written.
    if (file.failedWrites(requestId).some(({ invocation }) => invocation === fact.invocation)) continue;
    const until = due.get(requestId) ?? 0;
    const beyond = fact.at + fact.seconds * 1000 - Math.max(until, fact.at) - 2 * CLOCKS_APART;
    if (beyond > 0) pad.breach('hidden', fact.at, `message ${fact.messageId} for ${fact.seconds} s`);
  }
}

/** So long a request may wait for no reason: queues, workers and clocks take some time. */
const CALM_WAIT = 5 * 60_000;

/** Where nothing goes wrong, a request begins soon after those before it, and goes on soon after its time. */
function checkOverdue(file: CaseFile, pad: Pad): void {
  if (file.scenario.limit !== undefined) return;
  const disturbances = file.disturbances;
  const isCalm = (from: number, until: number) => {
    const next = disturbances.find((at) => at >= from - VISIBILITY - CALM_WAIT);
    return next === undefined || next > until;
  };
  const deletedAt = new Map(file.of('deleted').map(({ messageId, at }) => [messageId, at]));
  const firstReceived = new Map(
    file.of('received').flatMap(({ messageId, count, at }) => (count === 1 ? [[messageId, at]] : [])),
  );
  for (const group of Map.groupBy(
    file.messages.filter(({ isAstray }) => !isAstray),
    ({ groupId }) => groupId,
  ).values()) {
    let free = 0;
    for (const { messageId, requestId, eventIds, at } of group) {
      const from = Math.max(at, free);
      const gone = deletedAt.get(messageId) ?? NEVER;
      const claimed = file.claimsOf(requestId).find((claim) => claim.at >= at)?.at ?? NEVER;
      // What has ended, or is refused, needs no claim: it is done with when it was published, and its deletion may be lost.
      const received = firstReceived.get(messageId) ?? NEVER;
      const told = eventIds.flatMap((id) => file.publicationsOf(id).find((event) => event.at >= received)?.at ?? NEVER);
      const waited = Math.min(claimed, gone, ...told) - from;
      if (waited > CALM_WAIT && isCalm(from, from + CALM_WAIT)) {
        pad.breach('overdue', from, `${requestId}: not begun for ${Math.round(waited / 1000)} s`);
      }
      free = Math.max(free, gone);
    }
  }
}

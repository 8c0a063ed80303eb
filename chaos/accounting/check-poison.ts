import type { Fact, FactOf } from '../facts.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';
import type { Message } from './messages.ts';
import { MAX_CRASHES, SLOWED_WAIT, VISIBILITY, WORKER_TIMEOUT } from './promised-numbers.ts';

/** Beyond what its own crashes and retries and the faults cost, a poison request may hold its image up for so long. */
const SLACK_MS = 30 * 60_000;

/** A request that kills its environment ends after three crashes; the others of its batches do not pay for it. */
export function checkPoison(file: CaseFile, pad: Pad): void {
  checkFalseCrashes(file, pad);
  checkAlone(file, pad);
  const poisonous = [...file.owners.values()].filter(({ poison }) => poison);
  for (const message of poisonous) checkOne(message, file, pad);
  const toBlame = new Set(poisonous.map(({ requestId }) => requestId));
  for (const { requestId, code, at } of file.of('recorded')) {
    if (code !== 'internal') continue;
    if (file.messages.some((message) => message.requestId === requestId && message.isAstray)) continue;
    const { crashes, byPoison } = crashesInARow(requestId, file);
    const text = `${requestId}: its last ${crashes} claims crashed, ${byPoison} of them because of a concurrent poison request`;
    if (crashes < MAX_CRASHES) pad.breach('blamed', at, text);
    else if (!toBlame.has(requestId) && byPoison > 0) pad.breach('blamed', at, text);
    else if (!toBlame.has(requestId)) pad.note('three_crashes', at, text);
  }
}

/** A function that lived and could say so neither to the ledger nor to the queue is taken for dead. */
function checkFalseCrashes(file: CaseFile, pad: Pad): void {
  for (const { requestId, at } of file.of('marked_crashed')) {
    const claim = file.claimsOf(requestId).findLast((made) => made.at < at);
    if (claim === undefined || file.crashOf(claim.invocation) !== undefined) continue;
    if (file.isDisturbed(claim.invocation)) pad.note('false_crash', at, requestId);
    else pad.breach('blamed', at, `${requestId} was taken for crashed, and nothing had gone wrong`);
  }
}

interface Stretch {
  readonly requestId: string;
  readonly invocation: number;
  readonly from: number;
  until: number;
  readonly isSuspect: boolean;
}

/** "Each request that was under way then runs alone, after all others." */
function checkAlone(file: CaseFile, pad: Pad): void {
  const stretches = stretchesOf(file);
  const byInvocation = Map.groupBy(stretches, ({ invocation }) => invocation);
  for (const suspect of stretches) {
    if (!suspect.isSuspect || file.isHeldUp(suspect.invocation)) continue;
    const beside = byInvocation.get(suspect.invocation)?.find((other) => {
      return other.requestId !== suspect.requestId && other.from < suspect.until && other.until > suspect.from;
    });
    if (beside !== undefined) pad.breach('not_alone', suspect.from, `${suspect.requestId}, beside ${beside.requestId}`);
  }
}

/** From each claim to its end, or to that of its process. */
function stretchesOf(file: CaseFile): readonly Stretch[] {
  const open = new Map<string, Stretch>();
  const all: Stretch[] = [];
  const counts = countsOf(file);
  const end = (stretch: Stretch | undefined, { at }: Fact) => {
    if (stretch !== undefined) stretch.until = at;
  };
  for (const fact of file.facts) {
    if (fact.kind === 'waiting' || fact.kind === 'recorded') {
      end(open.get(fact.requestId), fact);
      open.delete(fact.requestId);
    } else if (fact.kind === 'killed' || fact.kind === 'ended') {
      for (const stretch of open.values()) {
        if (stretch.invocation === fact.invocation && stretch.until === Number.POSITIVE_INFINITY) end(stretch, fact);
      }
    } else if (fact.kind === 'claimed') {
      const { requestId, invocation, at: from } = fact;
      // Its earlier claim was never ended. What comes for the first time under another message is not looked up.
      const isSuspect = open.has(requestId) && (counts.get(`${requestId} ${invocation}`) ?? 0) > 1;
      const stretch = { requestId, invocation, from, until: Number.POSITIVE_INFINITY, isSuspect };
      open.set(requestId, stretch);
      all.push(stretch);
    }
  }
  return all;
}

/** How often a request's message had come when an invocation was given it: the fewest, if it was given several. */
function countsOf(file: CaseFile): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { messageId, invocation, count } of file.of('received')) {
    const key = `${file.messagesById.get(messageId)?.requestId} ${invocation}`;
    counts.set(key, Math.min(count, counts.get(key) ?? count));
  }
  return counts;
}

function checkOne({ requestId, messageId, groupId }: Message, file: CaseFile, pad: Pad): void {
  const from = file.claimsOf(requestId)[0]?.at;
  const until = file.recorded.get(requestId)?.at;
  if (from === undefined || until === undefined) return;
  const failed = new Set(
    file
      .of('ended')
      .filter(({ text }) => text !== 'answered')
      .map(({ invocation }) => invocation),
  );
  const received = file.of('received').filter((fact) => fact.messageId === messageId);
  const crashes = received.filter(({ invocation }) => failed.has(invocation)).length;
  // One that was given back, since the ledger or the results queue failed it, waits long where messages are slowed down.
  const slowed = received.filter(({ count }) => count > file.scenario.freeReceives).length;
  const waits = crashes * (VISIBILITY + WORKER_TIMEOUT) + slowed * SLOWED_WAIT;
  const bound =
    waits + retryWaits(requestId, file) + limitWaits(groupId, file) + badWeather(file, from, until) + SLACK_MS;
  if (until - from <= bound) return;
  pad.breach('poison', until, `${requestId}: ${Math.round((until - from) / 60_000)} minutes`);
}

/** Ms that a request waited for its next attempts: after a lost response that may be hours. */
function retryWaits(requestId: string, file: CaseFile): number {
  return file.waitsOf(requestId).reduce((sum, { at, nextAttemptAt }) => sum + Math.max(0, nextAttemptAt - at), 0);
}

/** Ms that a message's group was hidden, which may have been for the next window of the account's limit. */
function limitWaits(groupId: string, file: CaseFile): number {
  if (file.scenario.limit === undefined) return 0;
  const group = new Set(file.messages.filter((message) => message.groupId === groupId).map((each) => each.messageId));
  const hidden = file.of('hidden').filter(({ messageId }) => group.has(messageId));
  return hidden.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
}

/** How many of a request's last claims crashed with their process, or look like it, with nothing noted between them. */
function crashesInARow(requestId: string, file: CaseFile): { readonly crashes: number; readonly byPoison: number } {
  const killed = new Map(file.of('killed').map((fact) => [fact.invocation, fact]));
  let crashes = 0;
  let byPoison = 0;
  let until = Number.POSITIVE_INFINITY;
  for (const claim of file.claimsOf(requestId).toReversed()) {
    const crash = file.crashOf(claim.invocation);
    const isNoted = file.waitsOf(requestId).some(({ at }) => at >= claim.at && at < until);
    const isUnknown = !isNoted && crash === undefined && file.isDisturbed(claim.invocation);
    // One that was written without its function knowing it notes nothing, and is no crash.
    if (isUnknown && !looksCrashed(claim, until, file)) continue;
    // What its process had on its way may take effect after it died.
    if (!isUnknown && (isNoted || crash === undefined || crash.at > until)) break;
    crashes += 1;
    const poison = killed.get(claim.invocation)?.poison;
    if (poison !== undefined) byPoison += 1;
    until = claim.at;
  }
  return { crashes, byPoison };
}

/**
 * "A worker that did not crash looks the same if it could not end its claim and its message stayed hidden as long." A slowed one is
 * given back for longer than that.
 */
function looksCrashed({ requestId, invocation, at }: FactOf<'claimed'>, until: number, file: CaseFile): boolean {
  const marks = file.of('marked_crashed').filter((mark) => mark.requestId === requestId);
  if (!marks.some((mark) => mark.at > at && mark.at <= until)) return false;
  const deliveries = file.of('received').filter((fact) => {
    return file.messagesById.get(fact.messageId)?.requestId === requestId;
  });
  return deliveries.some((own) => {
    const next = deliveries.find(({ messageId, count }) => messageId === own.messageId && count === own.count + 1);
    if (own.invocation !== invocation || next === undefined) return false;
    const hiddenFor = next.at - own.at;
    return hiddenFor >= VISIBILITY && (own.count <= file.scenario.freeReceives || hiddenFor < SLOWED_WAIT);
  });
}

/** Ms of a stretch of time in which something failed. */
function badWeather({ scenario }: CaseFile, from: number, until: number): number {
  const overlaps = scenario.faultWindows.map(
    (faultWindow) => Math.min(until, faultWindow.until) - Math.max(from, faultWindow.from),
  );
  return overlaps.reduce((sum, ms) => sum + Math.max(0, ms), 0);
}

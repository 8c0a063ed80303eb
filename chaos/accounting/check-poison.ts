import { MAX_CRASHES } from '../../functions/core/processing/crash.ts';
import { LIMITS } from '../stage.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';
import type { Message } from './messages.ts';

/** Beyond what its own crashes and retries and the faults cost, a poison request may hold its image up for so long. */
const SLACK_MS = 30 * 60_000;

/** A request that kills its environment ends after three crashes; the others of its batches do not pay for it. */
export function checkPoison(file: CaseFile, pad: Pad): void {
  checkBurials(file, pad);
  const poisonous = file.messages.filter(({ poison, isOwner, isAstray }) => poison && isOwner && !isAstray);
  for (const message of poisonous) checkOne(message, file, pad);
  const toBlame = new Set(poisonous.map(({ requestId }) => requestId));
  for (const { requestId, code, at } of file.of('recorded')) {
    if (code !== 'internal' || toBlame.has(requestId)) continue;
    if (file.messages.some((message) => message.requestId === requestId && message.isAstray)) continue;
    const { crashes, byPoison } = crashesOf(requestId, file);
    const text = `${requestId}: ${crashes} of its claims crashed, ${byPoison} of them because of a concurrent poison request`;
    if (crashes >= MAX_CRASHES && byPoison === 0) pad.note('three_crashes', at, text);
    else pad.breach('blamed', at, text);
  }
}

/** A function that lived and could say so neither to the ledger nor to the queue is taken for dead; once too often, and its request ends. */
function checkBurials(file: CaseFile, pad: Pad): void {
  for (const { requestId, at } of file.of('marked_crashed')) {
    const claim = file.of('claimed').findLast((made) => made.requestId === requestId && made.at < at);
    if (claim !== undefined && !hasCrashed(claim.invocation, file)) pad.note('false_crash', at, requestId);
  }
}

function checkOne({ requestId, messageId, groupId }: Message, file: CaseFile, pad: Pad): void {
  const from = file.of('claimed').find((claim) => claim.requestId === requestId)?.at;
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
  const waits = crashes * (LIMITS.visibility + LIMITS.workerTimeout) + slowed * LIMITS.slowedWait;
  const bound =
    waits + retryWaits(requestId, file) + limitWaits(groupId, file) + badWeather(file, from, until) + SLACK_MS;
  if (until - from <= bound) return;
  pad.breach('poison', until, `${requestId}: ${Math.round((until - from) / 60_000)} minutes`);
}

/** Ms that a request waited for its next attempts: after a lost response that may be hours. */
function retryWaits(requestId: string, file: CaseFile): number {
  const waits = file.of('waiting').filter((fact) => fact.requestId === requestId);
  return waits.reduce((sum, { at, nextAttemptAt }) => sum + Math.max(0, nextAttemptAt - at), 0);
}

/** Ms that a message's group was hidden, which may have been for the next window of the account's limit. */
function limitWaits(groupId: string, file: CaseFile): number {
  if (file.scenario.limit === undefined) return 0;
  const group = new Set(file.messages.filter((message) => message.groupId === groupId).map((each) => each.messageId));
  const hidden = file.of('hidden').filter(({ messageId }) => group.has(messageId));
  return hidden.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
}

/** How many claims on a request crashed with their invocation, or were interrupted with it. */
function crashesOf(requestId: string, file: CaseFile): { readonly crashes: number; readonly byPoison: number } {
  const claims = file.of('claimed').filter((claim) => claim.requestId === requestId);
  const crashed = claims.filter(({ invocation }) => hasCrashed(invocation, file));
  const killed = file.of('killed').filter(({ poison }) => poison !== undefined);
  const byPoison = crashed.filter((claim) => killed.some(({ invocation }) => invocation === claim.invocation));
  return { crashes: crashed.length, byPoison: byPoison.length };
}

function hasCrashed(invocation: number, file: CaseFile): boolean {
  return [...file.of('killed'), ...file.of('cut_off')].some((fact) => fact.invocation === invocation);
}

/** Ms of a stretch of time in which something failed. */
function badWeather({ scenario }: CaseFile, from: number, until: number): number {
  const overlaps = scenario.faultWindows.map(
    (faultWindow) => Math.min(until, faultWindow.until) - Math.max(from, faultWindow.from),
  );
  return overlaps.reduce((sum, ms) => sum + Math.max(0, ms), 0);
}

import { type BreakerView, createBreakerView } from './breaker-view.ts';
import type { Call } from './calls.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';
import { CLOCKS_APART, KEY_READ_EVERY } from './promised-numbers.ts';

/** Each container keeps to its rate and to its circuit breaker, and reads the key no more often than it has to. */
export function checkContainers(file: CaseFile, pad: Pad): void {
  checkKeyReads(file, pad);
  checkCutOff(file, pad);
  checkHeldBack(file, pad);
  // A clock that is set makes a wait shorter or longer.
  if (file.scenario.clocksJump) return;
  const calls = Map.groupBy(file.calls, ({ invocation }) => file.environmentOf(invocation));
  for (const own of calls.values()) {
    checkRate(own, file, pad);
    checkBreaker(own, file, pad);
  }
}

const SECOND = 1000;

function checkRate(calls: readonly Call[], { scenario }: CaseFile, pad: Pad): void {
  // A call counts from when it is sent: one that never was keeps none back.
  const sent = calls.filter(({ end }) => end?.how !== 'not_sent');
  // One that is made again at once, with another key, belongs to the one before it.
  const firsts = sent.filter((call, index) => index === 0 || call.claim !== sent[index - 1]?.claim);
  for (const [index, call] of firsts.entries()) {
    const other = firsts[index + scenario.callsPerSecond];
    if (other === undefined || other.at - call.at >= SECOND) continue;
    pad.breach('over_rate', other.at, `call ${other.number}, ${other.at - call.at} ms after call ${call.number}`);
  }
}

/** Between the permission and the claim lie some operations of the ledger. */
const PERMITTED_BEFORE = 150;

function checkBreaker(calls: readonly Call[], file: CaseFile, pad: Pad): void {
  const breaker: BreakerView = createBreakerView();
  const begun = calls.map((call) => ({ at: call.at, call, isEnd: false }));
  const ended = calls.flatMap((call, index) => {
    // The response to a call that is made again with another key is not yet the end of it.
    const isRepeated = call.claim !== undefined && calls.slice(index + 1).some(({ claim }) => claim === call.claim);
    return call.end === undefined || isRepeated ? [] : [{ at: call.end.at, call, isEnd: true }];
  });
  const events = [...begun, ...ended].sort(
    (one, other) => one.at - other.at || Number(other.isEnd) - Number(one.isEnd),
  );
  for (const { at, call, isEnd } of events) {
    if (isEnd) breaker.end(call, at);
    else {
      const permittedAt = (call.claim?.at ?? at) - PERMITTED_BEFORE;
      const found = breaker.begin(call, at, permittedAt);
      if (found !== undefined && !file.isDisturbed(call.invocation))
        pad.breach('breaker', at, `call ${call.number}: ${found}`);
    }
  }
}

/** After it was read because of a response, the key is not read for that again so soon; once more because it is old. */
const READS_AT_ONCE = 2;

function checkKeyReads(file: CaseFile, pad: Pad): void {
  // A clock that is set makes the time between them shorter.
  const apart = KEY_READ_EVERY - (file.scenario.clocksJump ? CLOCKS_APART : SECOND);
  const reads = file.of('key_read').filter(({ invocation }) => !file.isDisturbed(invocation));
  for (const own of Map.groupBy(reads, ({ invocation }) => file.environmentOf(invocation)).values()) {
    for (const [index, { at }] of own.entries()) {
      const later = own[index + READS_AT_ONCE];
      if (later === undefined || later.at - at >= apart) continue;
      pad.breach('key_reads', later.at, `${READS_AT_ONCE + 1} reads within ${later.at - at} ms`);
    }
  }
}

/** A worker is cut off only where something held it up. */
function checkCutOff(file: CaseFile, pad: Pad): void {
  if (file.scenario.clocksJump) return;
  for (const { invocation, at } of file.of('cut_off')) {
    if (!file.isHeldUp(invocation)) pad.breach('cut_off', at, `invocation ${invocation}`);
  }
}

/** New work begins in the first seconds of a batch. */
const STARTS_WITHIN = 15_000;

/** A request that has its outcome is published when its message comes, also while no call may begin. */
function checkHeldBack(file: CaseFile, pad: Pad): void {
  const ends = new Map(file.of('ended').map((fact) => [fact.invocation, fact]));
  const deletions = Map.groupBy(file.of('deleted'), ({ messageId }) => messageId);
  for (const batch of Map.groupBy(file.of('received'), ({ invocation }) => invocation).values()) {
    for (const received of batch) {
      const message = file.messagesById.get(received.messageId);
      // What comes for the first time was published under another message.
      if (received.count === 1) continue;
      const recordedAt = file.recorded.get(message?.requestId ?? '')?.at ?? Number.POSITIVE_INFINITY;
      const end = ends.get(received.invocation);
      if (message === undefined || !message.isOwner || recordedAt > received.at - SECOND || end?.text !== 'answered')
        continue;
      if (file.isDisturbed(received.invocation) || end.at - received.at > STARTS_WITHIN) continue;
      const isBehind = batch.some(
        (other) => other !== received && file.messagesById.get(other.messageId)?.groupId === message.groupId,
      );
      const isWithin = ({ at }: { readonly at: number }) => at >= received.at && at <= end.at + SECOND;
      const isPublished = message.eventIds.some((id) => file.publicationsOf(id).some(isWithin));
      if (isBehind || isPublished || deletions.get(received.messageId)?.some(isWithin)) continue;
      pad.breach('held_back', received.at, `${message.requestId} came, had its outcome, and was not published`);
    }
  }
}

import type { Fact, FactOf } from '../facts.ts';
import type { Call } from './calls.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';
import type { Message } from './messages.ts';
import { CLOCKS_APART, NEAR_RESET, VISIBILITY } from './promised-numbers.ts';

/** Of a window in which nothing went wrong and work waited until its end. */
const LEAST_USED = 0.99;
/** A call that did not reach the account: no connection, or a key that the endpoint does not take. */
const UNCOUNTED: readonly unknown[] = ['not_sent', 401];
/** Responses that open no circuit breaker. */
const SETTLED: readonly unknown[] = [200, 403, 404, 422];
const WRONG: readonly Fact['kind'][] = ['fault', 'killed', 'stalled', 'cut_off'];

interface Window {
  readonly start: number;
  readonly end: number;
}

/** Never more calls than the limit in a window, and nearly as many where work waits and nothing goes wrong. */
export function checkBudget(file: CaseFile, pad: Pad): void {
  const { limit } = file.scenario;
  if (limit === undefined) return;
  const { calls: most, everyMs } = limit;
  const windowOf = (at: number) => at - (at % everyMs);
  const counted = file.calls.filter(({ end }) => !UNCOUNTED.includes(end?.how));
  const byWindow = Map.groupBy(counted, ({ at }) => windowOf(at));
  const arrived = file.calls.flatMap(({ acts }) => acts.filter(({ isLate }) => !isLate));
  const acts = Map.groupBy(arrived, ({ at }) => windowOf(at));
  for (const [start, { length }] of [...byWindow, ...acts]) {
    if (length > most) pad.breach('over_limit', start, `${length} calls in a window of ${most}`);
  }
  // Where images fail for the limit, the account waits whatever is left.
  if ((file.scenario.vendor?.limitShare ?? 0) > 0) return;
  const last = Math.max(...byWindow.keys());
  for (const [start, calls] of byWindow) {
    const window = { start, end: start + everyMs };
    if (start === last || calls.length >= most * LEAST_USED || !isJudged(window, calls, file)) continue;
    pad.breach('under_limit', window.end, `${calls.length} calls in a window of ${most}, and work waited`);
  }
}

/** Whether nothing went wrong in it, and a request that could have been called since its middle was not. */
function isJudged(window: Window, calls: readonly Call[], file: CaseFile): boolean {
  const isWithin = ({ at }: { readonly at: number }) => at >= window.start && at < window.end;
  if (WRONG.some((kind) => file.of(kind).some(isWithin))) return false;
  if (calls.some(({ end }) => !SETTLED.includes(end?.how))) return false;
  const middle = (window.start + window.end) / 2;
  const begun = new Set(file.calls.filter(({ at }) => at < window.end).map(({ claim }) => claim?.requestId));
  const deletedAt = new Map(file.of('deleted').map(({ messageId, at }) => [messageId, at]));
  const isGone = (messageId: string, by: number) => (deletedAt.get(messageId) ?? Number.POSITIVE_INFINITY) <= by;
  const received = Map.groupBy(
    file.of('received').filter(({ at }) => at < window.end),
    ({ messageId }) => messageId,
  );
  const givenBack = Map.groupBy(file.of('hidden'), ({ messageId }) => messageId);
  /** Whether it stays hidden as a receive has left it: its worker could not give it back, or its deletion got lost. */
  const isLeft = ({ messageId, eventIds }: Message, { at, invocation }: FactOf<'received'>) => {
    const isBetween = (fact: Fact) => fact.at >= at && fact.at < at + VISIBILITY;
    if (givenBack.get(messageId)?.some(isBetween)) return false;
    return file.isDisturbed(invocation) || eventIds.some((id) => file.publicationsOf(id).some(isBetween));
  };
  const isStuck = (message: Message) => {
    const receives = received.get(message.messageId) ?? [];
    const lastCall = window.end - NEAR_RESET - CLOCKS_APART;
    const isAway = receives.some((receive) => receive.at + VISIBILITY > lastCall && isLeft(message, receive));
    // Slowed messages do not come in time for a short window.
    return isAway || (receives.at(-1)?.count ?? 0) >= file.scenario.freeReceives;
  };
  return file.messages.some((message, index) => {
    const { messageId, groupId, requestId, isOwner, isAstray, isLine, at } = message;
    // Bulk leaves a part of the limit to single requests.
    if (!isOwner || isAstray || isLine || at > middle || begun.has(requestId) || isGone(messageId, window.end))
      return false;
    if (isStuck(message)) return false;
    const before = file.messages.slice(0, index).filter((other) => other.groupId === groupId && !other.isAstray);
    return before.every((other) => isGone(other.messageId, middle));
  });
}

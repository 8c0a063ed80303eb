import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { withTimeout } from '../core/deadline.ts';
import type { Clock, Limits, MessageVisibility, Metrics, Outcomes } from '../core/ports.ts';
import type { Disposition } from '../core/processing/delivery.ts';
import { leastWaitMs, type ReceiveBudget } from '../core/processing/receive-budget.ts';
import { decodeMessage, type Received } from '../core/request/request-message.ts';
import { messageOf } from './sqs-record.ts';

export interface FifoBatchParts {
  /** Never rejects. */
  readonly carryOut: (message: Received, limits: Limits) => Promise<Disposition>;
  readonly outcomes: Pick<Outcomes, 'join'>;
  readonly visibility: MessageVisibility;
  readonly receiveBudget: ReceiveBudget;
  readonly metrics: Pick<Metrics, 'flush'>;
  readonly clock: Clock;
  /** Called with how long ago SQS took the oldest message that goes back, if any does. */
  readonly recordReturnedAge?: (ms: number) => void;
}

/** New work starts in a batch's first part only: finished messages stay hidden until the whole batch ends. */
const STARTS_FOR_MS = 15_000;
/** Kept for giving messages back and for the response: without it one hanging step would fail the whole batch. */
const ANSWER_MS = 2000;

/** Carries out a batch of a FIFO queue: groups side by side, a group's messages one after the other. */
export function createFifoBatch(parts: FifoBatchParts) {
  const { carryOut, outcomes, visibility, receiveBudget, metrics, clock, recordReturnedAge } = parts;
  const leastWaitOf = (messages: readonly Received[]) =>
    leastWaitMs(
      messages.map(({ receiveCount }) => receiveCount),
      receiveBudget,
    );

  /** Returns the messages that must come again: from the first that waits, the rest of the group. */
  async function carryOutGroup(group: readonly Received[], limits: Required<Limits>, invocation: Limits) {
    for (const [index, message] of group.entries()) {
      const inTime = clock.now() < limits.startsUntil;
      const isSlowed = leastWaitOf(group.slice(index)) > 0;
      const disposition: Disposition = inTime
        ? await carryOut({ ...message, isSlowed }, limits)
        : { kind: 'wait', ms: 0 };
      if (disposition.kind === 'wait') return giveBack(group.slice(index), disposition.ms, invocation);
    }
    return [];
  }

  // The head is hidden first: a receive hands out a group only up to its first hidden message, so the followers, visible at
  // once, stay behind it in their order.
  async function giveBack(messages: readonly Received[], ms: number, limits: Limits): Promise<readonly Received[]> {
    const [head, ...followers] = messages;
    if (head === undefined || limits.signal.aborted) return messages;
    await visibility.hide(head.receiptHandle, Math.max(ms, leastWaitOf(messages)), limits);
    await Promise.all(followers.map((follower) => visibility.hide(follower.receiptHandle, 0, limits)));
    return messages;
  }

  async function carryOutBatch(event: SQSEvent, context: Context, signal: AbortSignal): Promise<SQSBatchResponse> {
    const remainingMs = context.getRemainingTimeInMillis();
    const invocation = { deadline: clock.now() + remainingMs, signal };
    const startsUntil = clock.now() + STARTS_FOR_MS;
    const back = await withTimeout(remainingMs - ANSWER_MS, clock, invocation, (limits) =>
      Promise.all(
        groupsOf(event).map(async (group) => {
          const leave = outcomes.join();
          return carryOutGroup(group, { ...limits, startsUntil }, invocation).finally(leave);
        }),
      ),
    );
    const ids = back.flat().map(({ messageId }) => messageId);
    if (ids.length > 0) recordReturnedAge?.(clock.now() - oldestOf(event, ids));
    return { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) };
  }

  return (event: SQSEvent, context: Context, { signal }: { signal: AbortSignal }): Promise<SQSBatchResponse> =>
    carryOutBatch(event, context, signal).finally(metrics.flush);
}

/** A batch's messages by group, each group in the order in which it came. */
export function groupsOf(event: SQSEvent): readonly (readonly Received[])[] {
  const messages = event.Records.map((record) => decodeMessage(messageOf(record)));
  return [...Map.groupBy(messages, ({ groupId }) => groupId).values()];
}

/** When SQS took the oldest of some of a batch's messages. */
function oldestOf({ Records }: SQSEvent, ids: readonly string[]): number {
  const some = Records.filter(({ messageId }) => ids.includes(messageId));
  return Math.min(...some.map((record) => messageOf(record).sentAt));
}

import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { withTimeout } from '../core/deadline.ts';
import type { Clock, Limits, MessageVisibility, Metrics, Outcomes } from '../core/ports.ts';
import type { Delivery, Disposition } from '../core/processing/delivery.ts';
import { leastWaitMs, type ReceiveBudget } from '../core/processing/receive-budget.ts';
import type { QueueMessage } from '../core/request/request-message.ts';
import { messageOf } from './sqs-record.ts';

/** What a queue's messages are decoded to. */
type Decoded = Delivery & Pick<QueueMessage, 'receiptHandle'>;

export interface FifoBatchParts<Message extends Decoded> {
  /** Never throws. */
  readonly decode: (message: QueueMessage) => Message;
  /** Never rejects. */
  readonly processMessage: (message: Message, limits: Limits) => Promise<Disposition>;
  readonly outcomes: Pick<Outcomes, 'join'>;
  readonly visibility: MessageVisibility;
  readonly receiveBudget: ReceiveBudget;
  readonly metrics: Pick<Metrics, 'flush'>;
  readonly clock: Clock;
  /**
   * Called with a batch's messages before the first is processed.
   * @returns called when none is processed any more; never rejects
   */
  readonly beginBatch?: (messages: readonly Message[], limits: Limits) => (limits: Limits) => Promise<void>;
  /** Called with the time since SQS received the oldest message that is returned to the queue. */
  readonly recordReturnedAge?: (ms: number) => void;
}

/** New work may start only this long: finished messages stay hidden until the whole batch ends. */
const STARTS_FOR_MS = 15_000;
/** Reserved for returning messages and for the response. Without it, one hanging step would fail the whole batch. */
const RESERVE_MS = 2000;

/** Processes a batch of a FIFO queue: groups concurrently, a group's messages one after the other. */
export function createFifoBatch<Message extends Decoded>(parts: FifoBatchParts<Message>) {
  const { processMessage, outcomes, visibility, receiveBudget, metrics, clock, beginBatch, recordReturnedAge } = parts;
  const leastWaitOf = (messages: readonly Message[]) =>
    leastWaitMs(
      messages.map(({ receiveCount }) => receiveCount),
      receiveBudget,
    );

  /** Resolves with the messages to return to the queue: the first that waits, and the rest of its group. */
  async function processGroup(group: readonly Message[], limits: Required<Limits>, invocation: Limits) {
    for (const [index, message] of group.entries()) {
      const inTime = clock.now() < limits.startsUntil;
      const isSlowed = leastWaitOf(group.slice(index)) > 0;
      const disposition: Disposition = inTime
        ? await processMessage({ ...message, isSlowed }, limits)
        : { kind: 'wait', ms: 0 };
      if (disposition.kind === 'wait') return returnToQueue(group.slice(index), disposition.ms, invocation);
    }
    return [];
  }

  // SQS delivers a group only up to its first hidden message, and the head is hidden from its receive on. So the followers stay
  // behind it, in their order, although they are visible at once (docs/reliability.md#the-order-of-an-image).
  async function returnToQueue(messages: readonly Message[], ms: number, limits: Limits): Promise<readonly Message[]> {
    const [head, ...followers] = messages;
    if (head === undefined || limits.signal.aborted) return messages;
    await visibility.hide(head.receiptHandle, Math.max(ms, leastWaitOf(messages)), limits);
    await Promise.all(followers.map((follower) => visibility.hide(follower.receiptHandle, 0, limits)));
    return messages;
  }

  async function processBatch(event: SQSEvent, context: Context, signal: AbortSignal): Promise<SQSBatchResponse> {
    const remainingMs = context.getRemainingTimeInMillis();
    const invocation = { deadline: clock.now() + remainingMs, signal };
    const startsUntil = clock.now() + STARTS_FOR_MS;
    const groups = groupsOf(event, parts.decode);
    const returned = await withTimeout(remainingMs - RESERVE_MS, clock, invocation, async (limits) => {
      const endBatch = beginBatch?.(groups.flat(), limits);
      const all = await Promise.all(
        groups.map(async (group) => {
          const leave = outcomes.join(limits);
          return processGroup(group, { ...limits, startsUntil }, invocation).finally(leave);
        }),
      );
      await endBatch?.(invocation);
      return all;
    });
    const ids = returned.flat().map(({ messageId }) => messageId);
    if (ids.length > 0) recordReturnedAge?.(clock.now() - oldestOf(event, ids));
    return { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) };
  }

  return (event: SQSEvent, context: Context, { signal }: { signal: AbortSignal }): Promise<SQSBatchResponse> =>
    processBatch(event, context, signal).finally(metrics.flush);
}

/** A batch's messages by group, in the order of the batch. */
export function groupsOf<Message extends Decoded>(
  event: SQSEvent,
  decode: (message: QueueMessage) => Message,
): readonly (readonly Message[])[] {
  const messages = event.Records.map((record) => decode(messageOf(record)));
  return [...Map.groupBy(messages, ({ groupId }) => groupId).values()];
}

/** When SQS received the oldest of these messages. */
function oldestOf({ Records }: SQSEvent, ids: readonly string[]): number {
  const some = Records.filter(({ messageId }) => ids.includes(messageId));
  return Math.min(...some.map((record) => messageOf(record).sentAt));
}

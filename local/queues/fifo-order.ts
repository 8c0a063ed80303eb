import { randomUUID } from 'node:crypto';
import { SqsQueue } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';
import type { ReceivedMessage, SqsMessage } from '../../node_modules/fauxqs/dist/sqs/sqsTypes.js';

type DeadLetterResolver = (arn: string) => SqsQueue | undefined;

/** Separates group and deduplication id, see queues.ts. Neither can contain it. */
export const SCOPE_SEPARATOR = '\n';

/**
 * fauxqs's queue with SQS's FIFO rules where fauxqs differs (fauxqs 2.4.1):
 * - A receive returns up to ten messages of a group, in order, up to the group's first message in flight; fauxqs returns one.
 *   Messages behind one in flight wait. So a group keeps its order even if its head becomes visible while its follower is still
 *   being processed.
 * - Messages that become visible again are ordered by sequence number; fauxqs returns them in reverse.
 * - A move to the dead-letter queue does not count as another receive.
 * - Making a message visible works with persistence too (fauxqs writes null into a NOT NULL column).
 *
 * It replaces the prototype of fauxqs's own objects (`adopt`), because fauxqs's store creates them. So it cannot have fields.
 */
export class FifoOrderQueue extends SqsQueue {
  static adopt(queue: SqsQueue): void {
    Object.setPrototypeOf(queue, FifoOrderQueue.prototype);
  }

  override enqueue(message: SqsMessage): void {
    const id = message.messageDeduplicationId?.split(SCOPE_SEPARATOR).at(-1);
    super.enqueue(id === undefined ? message : Object.assign(message, { messageDeduplicationId: id }));
  }

  override dequeue(limit: number, visibilityTimeout?: number, deadLetters?: DeadLetterResolver): ReceivedMessage[] {
    if (!this.isFifo()) return super.dequeue(limit, visibilityTimeout, deadLetters);
    this.processTimers();
    // The same deadline for all: they become visible together.
    const hiddenUntil = Date.now() + 1000 * (visibilityTimeout ?? Number(this.attributes.VisibilityTimeout));
    const firstHidden = this.firstHidden();
    const received: ReceivedMessage[] = [];
    for (const [group, visible] of this.fifoMessages) {
      while (received.length < limit && isBefore(visible[0], firstHidden.get(group))) {
        const message = visible.shift() as SqsMessage;
        if (!this.moveToDeadLetters(message, deadLetters)) received.push(this.hide(message, hiddenUntil));
      }
      if (visible.length === 0) this.fifoMessages.delete(group);
      if (received.length === limit) break;
    }
    this.lockBlockedGroups();
    return received;
  }

  override deleteMessage(receiptHandle: string): boolean {
    const deleted = super.deleteMessage(receiptHandle);
    this.lockBlockedGroups();
    return deleted;
  }

  override changeVisibility(receiptHandle: string, seconds: number): void {
    const entry = this.inflightMessages.get(receiptHandle);
    if (entry === undefined) return;
    entry.visibilityDeadline = Date.now() + seconds * 1000;
    const { messageId, approximateReceiveCount, approximateFirstReceiveTimestamp } = entry.message;
    this.persistence?.updateMessageInflight(
      messageId,
      receiptHandle,
      entry.visibilityDeadline,
      approximateReceiveCount,
      approximateFirstReceiveTimestamp,
    );
    // At once, so that its receipt handle becomes invalid.
    if (seconds === 0) this.processTimers();
  }

  override processTimers(): void {
    const now = Date.now();
    const returning = [...this.inflightMessages.values()].filter(({ visibilityDeadline }) => visibilityDeadline <= now);
    super.processTimers();
    for (const { message } of returning) this.fifoMessages.get(message.messageGroupId ?? '')?.sort(bySequence);
    this.lockBlockedGroups();
  }

  override getAllAttributes(requested: string[]): Record<string, string> {
    // Messages whose visibility timeout has passed count as visible.
    this.processTimers();
    return super.getAllAttributes(requested);
  }

  /** Returns a message that its receiver never got, as if it had not been received. */
  giveBack(receiptHandle: string): void {
    const entry = this.inflightMessages.get(receiptHandle);
    if (entry === undefined) return;
    entry.message.approximateReceiveCount -= 1;
    this.changeVisibility(receiptHandle, 0);
  }

  /** Messages from disk are in no particular order. */
  restoreOrder(): void {
    for (const messages of this.fifoMessages.values()) messages.sort(bySequence);
    this.lockBlockedGroups();
  }

  // `protected`, not `#private`: an adopted queue was not constructed here, so it has no private members.
  protected firstHidden(): Map<string, SqsMessage> {
    const first = new Map<string, SqsMessage>();
    for (const { message } of this.inflightMessages.values()) {
      const group = message.messageGroupId ?? '';
      if (isBefore(message, first.get(group))) first.set(group, message);
    }
    return first;
  }

  /** fauxqs wakes waiting receives for groups that are not locked, which are those with a message to deliver. */
  protected lockBlockedGroups(): void {
    this.fifoLockedGroups.clear();
    for (const [group, hidden] of this.firstHidden()) {
      if (!isBefore(this.fifoMessages.get(group)?.[0], hidden)) this.fifoLockedGroups.set(group, 1);
    }
  }

  protected hide(message: SqsMessage, visibilityDeadline: number): ReceivedMessage {
    message.approximateReceiveCount += 1;
    message.approximateFirstReceiveTimestamp ??= Date.now();
    const receiptHandle = randomUUID();
    this.inflightMessages.set(receiptHandle, { message, receiptHandle, visibilityDeadline });
    this.persistence?.updateMessageInflight(
      message.messageId,
      receiptHandle,
      visibilityDeadline,
      message.approximateReceiveCount,
      message.approximateFirstReceiveTimestamp,
    );
    return {
      MessageId: message.messageId,
      ReceiptHandle: receiptHandle,
      MD5OfBody: message.md5OfBody,
      Body: message.body,
      ...(message.md5OfMessageAttributes && { MD5OfMessageAttributes: message.md5OfMessageAttributes }),
      ...(Object.keys(message.messageAttributes).length > 0 && { MessageAttributes: message.messageAttributes }),
    };
  }

  /** @returns whether the message was received as often as the redrive policy allows, and was moved */
  protected moveToDeadLetters(message: SqsMessage, resolve: DeadLetterResolver | undefined): boolean {
    if (!this.attributes.RedrivePolicy) return false;
    const { maxReceiveCount, deadLetterTargetArn } = JSON.parse(this.attributes.RedrivePolicy);
    const deadLetters = resolve?.(deadLetterTargetArn);
    if (deadLetters === undefined || message.approximateReceiveCount < Number(maxReceiveCount)) return false;
    this.persistence?.deleteMessage(message.messageId);
    deadLetters.enqueue({ ...message, sequenceNumber: deadLetters.nextSequenceNumber() });
    return true;
  }
}

/** Sequence numbers are twenty digits, so that they compare as text. */
function isBefore(message: SqsMessage | undefined, other: SqsMessage | undefined): boolean {
  if (message === undefined) return false;
  return other === undefined || (message.sequenceNumber ?? '') < (other.sequenceNumber ?? '');
}

function bySequence(a: SqsMessage, b: SqsMessage): number {
  return isBefore(a, b) ? -1 : 1;
}

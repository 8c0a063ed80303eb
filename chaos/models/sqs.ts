import type { FifoQueue, FifoQueueOptions, Received } from './sqs/fifo-queue.ts';
import { createMessageStore, type Stored } from './sqs/message-store.ts';
import {
  checkMessage,
  checkVisibility,
  DEDUPLICATION_MS,
  MAX_ENTRIES,
  MAX_VISIBILITY_SECONDS,
  type Outgoing,
} from './sqs/rules.ts';
import { HandleExpired, SqsError } from './sqs/sqs-error.ts';

/** See {@link FifoQueue}. */
export function createFifoQueue(options: FifoQueueOptions): FifoQueue {
  const { name, visibilityTimeoutMs, retentionMs, redrive, order = (groupIds) => groupIds } = options;
  const { comesTwice = () => false } = options;
  const store = createMessageStore(retentionMs);
  /** By group and deduplication id (deduplicationScope messageGroup). */
  const sent = new Map<string, { readonly messageId: string; readonly sequence: number; readonly at: number }>();
  let sequence = 0;

  function send(message: Outgoing, now: number) {
    checkMessage(message);
    const { body, groupId, deduplicationId, attributes = {} } = message;
    const key = `${groupId}\n${deduplicationId}`;
    const earlier = sent.get(key);
    if (earlier !== undefined && earlier.at + DEDUPLICATION_MS > now) return { ...earlier, isNew: false };
    sequence += 1;
    const messageId = `${name}-${sequence}`;
    sent.set(key, { messageId, sequence, at: now });
    const place = { messageId, sequence, sentAt: now, receiveCount: 0, receivedAt: 0, hiddenUntil: 0 };
    store.add({ body, groupId, deduplicationId, attributes, ...place });
    return { messageId, sequence, isNew: true };
  }

  function receive(now: number, max = MAX_ENTRIES): readonly Received[] {
    store.forget(now);
    const received: Received[] = [];
    for (const groupId of order(store.groupIds())) {
      for (const [index, message] of store.group(groupId).entries()) {
        if (received.length === max) return received;
        if (message.hiddenUntil > now && !(index === 0 && comesTwice())) break;
        if (!moveToDeadLetters(message, now)) received.push(handOut(message, now));
      }
    }
    return received;
  }

  function moveToDeadLetters(message: Stored, now: number): boolean {
    if (redrive === undefined || message.receiveCount < redrive.maxReceiveCount) return false;
    store.drop(message);
    redrive.deadLetters.adopt(message, now);
    return true;
  }

  function handOut(message: Stored, now: number): Received {
    message.receiveCount += 1;
    message.firstReceivedAt ??= now;
    message.receivedAt = now;
    message.hiddenUntil = now + visibilityTimeoutMs;
    const { hiddenUntil: _, receivedAt: __, firstReceivedAt, ...rest } = message;
    return { ...rest, firstReceivedAt, receiptHandle: handleOf(message) };
  }

  /** The message that a handle is good for; undefined when that was deleted. */
  function held(receiptHandle: string, now: number): Stored | undefined {
    const [messageId = '', count] = receiptHandle.split('#');
    if (count === undefined) {
      throw new SqsError('ReceiptHandleIsInvalid', `The input receipt handle ${receiptHandle} is not valid.`);
    }
    const message = store.find(messageId);
    if (message === undefined) return undefined;
    if (handleOf(message) !== receiptHandle || message.hiddenUntil <= now) throw new HandleExpired(receiptHandle);
    return message;
  }

  function changeVisibility(receiptHandle: string, seconds: number, now: number): void {
    checkVisibility(seconds);
    const message = held(receiptHandle, now);
    if (message === undefined) throw new HandleExpired(receiptHandle, GONE);
    // The 12 hours count from the receive (developer guide, "Visibility timeout").
    if (now + seconds * 1000 > message.receivedAt + MAX_VISIBILITY_SECONDS * 1000) {
      throw new SqsError(
        'InvalidParameterValue',
        `Value ${seconds} for parameter VisibilityTimeout: ${TOTAL_TOO_LONG}`,
      );
    }
    message.hiddenUntil = seconds === 0 ? 0 : now + seconds * 1000;
  }

  return {
    name,
    send,
    receive,
    changeVisibility,
    remove(receiptHandle, now) {
      const message = held(receiptHandle, now);
      if (message !== undefined) store.drop(message);
      return message !== undefined;
    },
    nextReceivableAt(now) {
      store.forget(now);
      let first = Number.POSITIVE_INFINITY;
      for (const { hiddenUntil } of store.heads()) first = Math.min(first, hiddenUntil);
      return first === Number.POSITIVE_INFINITY ? undefined : Math.max(now, first);
    },
    counts(now) {
      store.forget(now);
      const hidden = store.all().filter(({ hiddenUntil }) => hiddenUntil > now).length;
      return { visible: store.all().length - hidden, hidden };
    },
    adopt({ body, groupId, deduplicationId, attributes = {}, messageId, receiveCount }, now) {
      sequence += 1;
      const place = { messageId, sequence, sentAt: now, receiveCount, receivedAt: 0, hiddenUntil: 0 };
      store.add({ body, groupId, deduplicationId, attributes, ...place });
    },
  };
}

const GONE = 'Message does not exist or is not available for visibility timeout change.';
const TOTAL_TOO_LONG = 'Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].';

/** A new one for each receive. */
function handleOf({ messageId, receiveCount }: Stored): string {
  return `${messageId}#${receiveCount}`;
}

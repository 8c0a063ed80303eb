import { beforeEach, describe, expect, it } from 'vitest';
import type { FifoQueue } from '../../chaos/models/sqs/fifo-queue.ts';
import { createFifoQueue } from '../../chaos/models/sqs.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const settings = { visibilityTimeoutMs: 30 * SECOND, retentionMs: 14 * DAY };

let queue: FifoQueue;
beforeEach(() => {
  queue = createFifoQueue({ name: 'queue', ...settings });
});

let count = 0;
function send(groupId: string, body: string, now = 0) {
  count += 1;
  return queue.send({ groupId, body, deduplicationId: `d${count}` }, now);
}

const bodiesAt = (now: number, max?: number) => queue.receive(now, max).map(({ body }) => body);

describe('a receive', () => {
  it("hands out a group's messages in their order, as many as fit", () => {
    for (const body of ['a1', 'a2', 'a3']) send('a', body);
    expect(bodiesAt(0, 2)).toEqual(['a1', 'a2']);
  });

  it('fills up with other groups, at most ten messages in all', () => {
    for (let number = 1; number <= 6; number += 1) {
      send('a', `a${number}`);
      send('b', `b${number}`);
    }
    expect(bodiesAt(0)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1', 'b2', 'b3', 'b4']);
  });

  it('hands out nothing of a group whose first message is hidden', () => {
    send('a', 'a1');
    bodiesAt(0);
    send('a', 'a2');
    expect(bodiesAt(1)).toEqual([]);
  });

  it('hands out a head whose visibility has ended while its follower is in flight', () => {
    send('a', 'a1');
    send('a', 'a2');
    const [head] = queue.receive(0);
    queue.changeVisibility(head?.receiptHandle ?? '', 0, 1);
    expect(bodiesAt(1)).toEqual(['a1']);
  });

  it('keeps followers that are visible behind a hidden head, and hands them out in order with it', () => {
    for (const body of ['a1', 'a2', 'a3']) send('a', body);
    const [head, ...followers] = queue.receive(0);
    queue.changeVisibility(head?.receiptHandle ?? '', 5, 0);
    for (const { receiptHandle } of followers) queue.changeVisibility(receiptHandle, 0, 0);
    expect(bodiesAt(4 * SECOND)).toEqual([]);
    expect(bodiesAt(5 * SECOND)).toEqual(['a1', 'a2', 'a3']);
  });

  it('counts itself, and says when the message was sent and first received', () => {
    send('a', 'a1', 7);
    queue.receive(10);
    const [again] = queue.receive(10 + 30 * SECOND);
    expect(again).toMatchObject({ receiveCount: 2, sentAt: 7, firstReceivedAt: 10 });
  });

  it('looks into the groups in the order that it is given', () => {
    queue = createFifoQueue({ name: 'queue', ...settings, order: (groupIds) => groupIds.toReversed() });
    send('a', 'a1');
    send('b', 'b1');
    expect(bodiesAt(0)).toEqual(['b1', 'a1']);
  });

  it('hands out nothing that was sent longer ago than the queue keeps it', () => {
    send('a', 'a1', 0);
    send('a', 'a2', DAY);
    expect(bodiesAt(14 * DAY)).toEqual(['a2']);
  });
});

describe('a message', () => {
  it('becomes visible when its visibility timeout ends, and reports that time', () => {
    send('a', 'a1');
    expect(queue.nextReceivableAt(0)).toBe(0);
    bodiesAt(0);
    expect(queue.nextReceivableAt(1)).toBe(30 * SECOND);
    expect(bodiesAt(30 * SECOND - 1)).toEqual([]);
    expect(bodiesAt(30 * SECOND)).toEqual(['a1']);
  });

  it('is gone when it was deleted, and deleting it once more succeeds', () => {
    send('a', 'a1');
    const [{ receiptHandle } = { receiptHandle: '' }] = queue.receive(0);
    expect(queue.remove(receiptHandle, 1)).toBe(true);
    expect(queue.remove(receiptHandle, 2)).toBe(false);
    expect(queue.nextReceivableAt(2)).toBeUndefined();
    expect(queue.counts(2)).toEqual({ visible: 0, hidden: 0 });
  });

  it('moves to the dead letters in place of being received once too often, and its followers go on', () => {
    const deadLetters = createFifoQueue({ name: 'dead', ...settings });
    queue = createFifoQueue({ name: 'queue', ...settings, redrive: { maxReceiveCount: 2, deadLetters } });
    const { messageId } = send('a', 'a1');
    for (const now of [0, MINUTE]) expect(bodiesAt(now)).toEqual(['a1']);
    send('a', 'a2');
    expect(bodiesAt(2 * MINUTE)).toEqual(['a2']);
    expect(deadLetters.receive(2 * MINUTE)).toMatchObject([{ messageId, body: 'a1', sentAt: 2 * MINUTE }]);
  });
});

describe('a receipt handle', () => {
  const expired = 'The receipt handle has expired';

  it('is refused when it is none', () => {
    expect(() => queue.remove('garbage', 0)).toThrow(expect.objectContaining({ name: 'ReceiptHandleIsInvalid' }));
  });

  it.each([
    ['its visibility has ended', 30 * SECOND],
    ['its message was shown again', 1],
    ['its message was received again', 31 * SECOND],
  ])('expires when %s', (why, now) => {
    send('a', 'a1');
    const [{ receiptHandle } = { receiptHandle: '' }] = queue.receive(0);
    if (why.includes('shown')) queue.changeVisibility(receiptHandle, 0, 0);
    if (why.includes('received')) queue.receive(30 * SECOND);
    expect(() => queue.remove(receiptHandle, now)).toThrow(expired);
    expect(() => queue.changeVisibility(receiptHandle, 5, now)).toThrow(expired);
  });

  it('changes nothing once its message was deleted', () => {
    send('a', 'a1');
    const [{ receiptHandle } = { receiptHandle: '' }] = queue.receive(0);
    queue.remove(receiptHandle, 0);
    expect(() => queue.changeVisibility(receiptHandle, 0, 1)).toThrow('Message does not exist');
  });

  it.each([-1, 0.5, 43_201, Number.NaN])('takes no visibility of %d seconds', (seconds) => {
    send('a', 'a1');
    const [{ receiptHandle } = { receiptHandle: '' }] = queue.receive(0);
    expect(() => queue.changeVisibility(receiptHandle, seconds, 0)).toThrow('Must be between 0 and 43200');
  });

  it('hides a message for 12 hours at the most, counted from its receive', () => {
    send('a', 'a1');
    const [{ receiptHandle } = { receiptHandle: '' }] = queue.receive(0);
    queue.changeVisibility(receiptHandle, 43_200, 0);
    expect(() => queue.changeVisibility(receiptHandle, 43_200, SECOND)).toThrow('Total VisibilityTimeout');
  });
});

describe('a deduplication id', () => {
  const message = { groupId: 'a', body: 'a1', deduplicationId: 'same' };

  it('is taken once in five minutes, even when the first message is gone', () => {
    const first = queue.send(message, 0);
    queue.remove(queue.receive(0)[0]?.receiptHandle ?? '', 0);
    expect(queue.send(message, 5 * MINUTE - 1)).toMatchObject({ messageId: first.messageId, isNew: false });
    expect(bodiesAt(5 * MINUTE - 1)).toEqual([]);
    expect(queue.send(message, 5 * MINUTE).isNew).toBe(true);
  });

  it('counts from the message that was taken, not from its repeats', () => {
    queue.send(message, 0);
    queue.send(message, 4 * MINUTE);
    expect(queue.send(message, 6 * MINUTE).isNew).toBe(true);
  });

  it('belongs to its group', () => {
    queue.send(message, 0);
    expect(queue.send({ ...message, groupId: 'b' }, 0).isNew).toBe(true);
  });
});

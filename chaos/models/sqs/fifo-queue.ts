import type { Outgoing } from './rules.ts';

export interface FifoQueueOptions {
  readonly name: string;
  /** For how long a receive hides what it hands out. */
  readonly visibilityTimeoutMs: number;
  readonly retentionMs: number;
  /** After so many receives a message moves to the dead letters in place of being handed out again. */
  readonly redrive?: { readonly maxReceiveCount: number; readonly deadLetters: FifoQueue };
  /** Which groups a receive looks into first; SQS promises nothing. Without it: the one whose head came first. */
  readonly order?: (groupIds: readonly string[]) => readonly string[];
  /** Whether a group's first message is handed out although it is hidden: "at least once" promises no more. */
  readonly comesTwice?: () => boolean;
}

/** A message that a receive hands out. */
export interface Received extends Outgoing {
  readonly messageId: string;
  readonly sequence: number;
  /** Good until the message's visibility ends or it is received again. */
  readonly receiptHandle: string;
  /** Epoch ms. */
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  /** This time included. */
  readonly receiveCount: number;
}

/**
 * An SQS FIFO queue as its documentation has it, and where that leaves room, the strictest reading. Pure: every method is
 * given the time (epoch ms, never less than before) and works at once.
 */
export interface FifoQueue {
  readonly name: string;
  /** `isNew` false: the deduplication id was used in this group less than 5 minutes ago, and nothing was added. @throws SqsError */
  send(
    message: Outgoing,
    now: number,
  ): { readonly messageId: string; readonly sequence: number; readonly isNew: boolean };
  /** Up to ten, a group in its order and only as far as its first hidden message, as many of one group as there are. */
  receive(now: number, max?: number): readonly Received[];
  /** @param seconds from now; 0 shows it at once. @throws SqsError */
  changeVisibility(receiptHandle: string, seconds: number, now: number): void;
  /** Returns whether it was still there: deleting what is deleted already succeeds. @throws SqsError */
  remove(receiptHandle: string, now: number): boolean;
  /** When a receive would hand something out: now, later, or, with nothing in the queue, never. */
  nextReceivableAt(now: number): number | undefined;
  /** Visible and in flight. */
  counts(now: number): { readonly visible: number; readonly hidden: number };
  /** Takes over a message from the queue whose dead letters these are: its id stays, its time begins again. */
  adopt(message: Outgoing & Pick<Received, 'messageId' | 'receiveCount'>, now: number): void;
}

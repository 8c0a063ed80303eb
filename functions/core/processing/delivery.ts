/** One delivery of a message. */
export interface Delivery {
  /** Distinguishes two messages with the same request id. */
  readonly messageId: string;
  readonly groupId: string;
  /** How often the queue has handed it out, this time included. */
  readonly receiveCount: number;
  /** Epoch ms at which the queue took it. */
  readonly sentAt: number;
  /** Whether it is hidden for long whenever it is returned to the queue (see `ReceiveBudget`). */
  readonly isSlowed?: boolean;
}

/** What the queue is to do with a message. */
export type Disposition =
  /** Its outcome is published: delete it. */
  | { readonly kind: 'done' }
  /** Return it to the queue, hidden for so many ms. Everything behind it in its group waits too. */
  | { readonly kind: 'wait'; readonly ms: number };

/** One delivery of a message. */
export interface Delivery {
  /** Tells two messages under one request id apart. */
  readonly messageId: string;
  readonly groupId: string;
  /** How often the queue has handed it out, this time included. */
  readonly receiveCount: number;
  /** Epoch ms at which the queue took it. */
  readonly sentAt: number;
  /** Whether it stays away for long when it is given back, whatever for (see `ReceiveBudget`). */
  readonly isSlowed?: boolean;
}

/** What the queue is to do with a message. */
export type Disposition =
  /** Its outcome is published: delete it. */
  | { readonly kind: 'done' }
  /** Show it again after so many ms; everything behind it in its group waits too. */
  | { readonly kind: 'wait'; readonly ms: number };

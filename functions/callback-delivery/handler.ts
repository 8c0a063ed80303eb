import type { DeliverCallback } from '../core/callback/deliver-callback.ts';
import type { QueueMessage } from '../core/request/request-message.ts';
import { createFifoBatch, type FifoBatchParts } from '../lambda/fifo-batch.ts';

export interface CallbackDeliveryParts extends Omit<FifoBatchParts<QueueMessage>, 'decode' | 'processMessage'> {
  readonly deliverCallback: DeliverCallback;
}

/** Tells partners of the events of a batch. */
export function createCallbackDeliveryHandler({ deliverCallback, ...parts }: CallbackDeliveryParts) {
  return createFifoBatch({ ...parts, decode: (message: QueueMessage) => message, processMessage: deliverCallback });
}

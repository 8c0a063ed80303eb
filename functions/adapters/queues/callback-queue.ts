import { callbackGroupOf, encodeCallbackMessage } from '../../core/callback/callback-message.ts';
import type { CallbackQueue } from '../../core/callback/ports.ts';
import { createSharedBatches, type SharedBatchesParts } from './shared-batches.ts';

/** The queue of callbacks. */
export function createCallbackQueue(parts: Omit<SharedBatchesParts, 'dependency'>): CallbackQueue {
  const { send, join } = createSharedBatches({ ...parts, dependency: 'callback queue' });
  return {
    send: (message, limits) =>
      send({ id: message.id, groupId: callbackGroupOf(message), body: encodeCallbackMessage(message) }, limits),
    join,
  };
}

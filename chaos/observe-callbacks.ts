import type { Actor } from './actor.ts';
import type { Journal } from './facts.ts';
import type { Item } from './models/dynamo/tokens.ts';
import type { FifoQueue } from './models/sqs/fifo-queue.ts';

/** The queue of callbacks, which notes in the journal what it takes, and wakes whoever waits for a change. */
export function observeCallbackQueue(queue: FifoQueue, journal: Journal, onChange: () => void): FifoQueue {
  return {
    ...queue,
    send(message, now) {
      const sent = queue.send(message, now);
      const { deduplicationId: webhookId, body } = message;
      if (sent.isNew) journal.note({ kind: 'callback_queued', webhookId, body });
      onChange();
      return sent;
    },
    changeVisibility(receiptHandle, seconds, now) {
      queue.changeVisibility(receiptHandle, seconds, now);
      onChange();
    },
  };
}

export interface CallbackItems {
  onWrite(before: Item | undefined, after: Item): void;
  onRemove(before: Item): void;
}

const CALLBACK = 'callback:';
const DELIVERY = 'delivery:';

/** Notes in the journal what is written of partners' callbacks, and into the delivery log. */
export function observeCallbackItems(journal: Journal, actor: Actor): CallbackItems {
  function noteCallback(before: Item | undefined, after: Item, partner: string): void {
    const invocation = actor.current?.id ?? 0;
    const { url, events, updated_at: updatedAt, paused } = after;
    if (url?.S !== undefined && updatedAt?.N !== before?.updated_at?.N) {
      const wanted = JSON.parse(events?.S ?? '[]') as readonly string[];
      journal.note({ kind: 'callback_set', partner, url: url.S, events: wanted, invocation });
    } else if (paused !== undefined && before?.paused === undefined) {
      journal.note({ kind: 'callback_paused', partner, invocation });
    } else if (paused === undefined && before?.paused !== undefined) {
      journal.note({ kind: 'callback_resumed', partner, invocation });
    }
  }

  function noteDelivery(after: Item, webhookId: string): void {
    const { state, attempts } = JSON.parse(after.delivery?.S ?? '{}') as { state: string; attempts: number };
    journal.note({ kind: 'delivery_logged', webhookId, state, attempts, invocation: actor.current?.id ?? 0 });
  }

  return {
    onWrite(before, after) {
      const id = after.id?.S ?? '';
      if (id.startsWith(CALLBACK)) noteCallback(before, after, id.slice(CALLBACK.length));
      if (id.startsWith(DELIVERY)) noteDelivery(after, id.slice(DELIVERY.length));
    },
    onRemove({ id, url }) {
      if (url === undefined || id?.S?.startsWith(CALLBACK) !== true) return;
      const partner = id.S.slice(CALLBACK.length);
      journal.note({ kind: 'callback_removed', partner, invocation: actor.current?.id ?? 0 });
    },
  };
}

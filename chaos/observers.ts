import { namespaceOf } from '../functions/core/request/reprocess-request.ts';
import type { Journal } from './facts.ts';
import type { Item } from './models/dynamo/tokens.ts';
import { createTable, type Table } from './models/dynamo.ts';
import type { Invocation } from './models/lambda/environment.ts';
import type { FifoQueue } from './models/sqs/fifo-queue.ts';
import { type Poison, poisonOf } from './poison.ts';
import { NAMES } from './stage.ts';

/** In whose name AWS is being used just now. */
export interface Actor {
  current: Invocation | undefined;
}

/** The queue of requests, which notes in the journal what it takes and hides, and wakes whoever waits for a change. */
export function observeRequests(queue: FifoQueue, journal: Journal, actor: Actor, onChange: () => void): FifoQueue {
  const noteQueued = (messageId: string, { groupId, deduplicationId, body }: Parameters<FifoQueue['send']>[0]) => {
    journal.note({ kind: 'queued', messageId, groupId, deduplicationId, body });
  };
  return {
    ...queue,
    send(message, now) {
      const sent = queue.send(message, now);
      if (sent.isNew) noteQueued(sent.messageId, message);
      onChange();
      return sent;
    },
    changeVisibility(receiptHandle, seconds, now) {
      queue.changeVisibility(receiptHandle, seconds, now);
      const messageId = receiptHandle.split('#')[0] ?? '';
      journal.note({ kind: 'hidden', messageId, seconds, invocation: actor.current?.id ?? 0 });
      onChange();
    },
    adopt(message, now) {
      queue.adopt(message, now);
      if (message.receiveCount === 0) noteQueued(message.messageId, message);
      else journal.note({ kind: 'dead_lettered', messageId: message.messageId, count: message.receiveCount });
      onChange();
    },
  };
}

/** The queue of results: nobody takes anything out, what arrives is what counts. */
export function observeResults(queue: FifoQueue, journal: Journal): FifoQueue {
  return {
    ...queue,
    send(message, now) {
      const sent = queue.send(message, now);
      const { deduplicationId: eventId, body } = message;
      journal.note({ kind: 'published', eventId, groupId: message.groupId, body, isNew: sent.isNew });
      return sent;
    },
  };
}

/** The ledger's table, which notes in the journal what a write meant. */
export function createLedgerTable(journal: Journal, actor: Actor): Table {
  function onWrite(before: Item | undefined, after: Item): void {
    const requestId = textOf(after, 'id');
    // The account's own items are no requests.
    if (namespaceOf(requestId) === undefined) return;
    const invocation = actor.current?.id ?? 0;
    const preferences = textOf(after, 'preferences');
    if (before === undefined)
      journal.note({ kind: 'known', requestId, imageId: textOf(after, 'image_id'), preferences });
    const isClaim = after.lease_until !== undefined && after.lease_until.N !== before?.lease_until?.N;
    if (isClaim) noteClaim(after, requestId, invocation);
    if (after.outcome !== undefined && before?.outcome === undefined) {
      const outcome = textOf(after, 'outcome');
      journal.note({ kind: 'recorded', requestId, invocation, outcome, code: after.error_code?.S ?? 'succeeded' });
    } else if (Number(after.crashes?.N) > Number(before?.crashes?.N)) {
      journal.note({ kind: 'marked_crashed', requestId, invocation });
    } else if (before?.lease_until !== undefined && after.lease_until === undefined) {
      const nextAttemptAt = Number(after.next_attempt_at?.N);
      journal.note({ kind: 'waiting', requestId, invocation, nextAttemptAt });
    }
  }

  function noteClaim(item: Item, requestId: string, invocation: number): void {
    const [imageId, fingerprint] = [textOf(item, 'image_id'), textOf(item, 'fingerprint')];
    const leaseUntil = Number(item.lease_until?.N);
    journal.note({ kind: 'claimed', requestId, imageId, fingerprint, leaseUntil, invocation });
    const preferences = JSON.parse(textOf(item, 'preferences')) as { readonly poison?: Poison; readonly ref?: string };
    if (poisonOf(preferences) !== 'on_claim') return;
    actor.current?.environment.kill('poison, when it was claimed', String(preferences.ref));
  }

  const shows = ['owner', 'partner', 'source', 'state', 'attempts', 'next_attempt_at', 'error_code', 'expires_at'];
  const indexes = { 'by-image': { partition: 'image_id', sort: 'accepted_at', shows } };
  return createTable({ name: NAMES.table, key: 'id', indexes, onWrite });
}

function textOf(item: Item, name: string): string {
  return item[name]?.S ?? '';
}

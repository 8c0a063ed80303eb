import type { Actor } from './actor.ts';
import type { Journal, Origin, ToldAttempt } from './facts.ts';
import type { Item } from './models/dynamo/tokens.ts';
import { createTable, type Table } from './models/dynamo.ts';
import type { FifoQueue } from './models/sqs/fifo-queue.ts';
import { observeCallbackItems } from './observe-callbacks.ts';
import type { Poison } from './poison.ts';
import type { Chance } from './random.ts';
import { NAMES } from './stage.ts';

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

export interface LedgerTableParts {
  readonly journal: Journal;
  readonly actor: Actor;
  /** Called after every write. */
  readonly onWrite: (after: Item) => void;
  readonly now: () => number;
  readonly chance: Chance;
}

/** An index is up to date, or lags by as much as a second. */
const LONGEST_LAG_MS = 1000;
/** DynamoDB deletes what has expired within a few days. */
const DELETED_WITHIN_MS = 2 * 24 * 60 * 60_000;

/** The ledger's table, which notes in the journal what a write meant. */
export function createLedgerTable({ journal, actor, now, chance, ...parts }: LedgerTableParts): Table {
  const callbacks = observeCallbackItems(journal, actor);

  function onWrite(before: Item | undefined, after: Item): void {
    const id = textOf(after, 'id');
    if (id.startsWith(BATCH)) noteBatch(before, after, id.slice(BATCH.length));
    // The account's own items are no requests.
    else if (/^(http|sqs|upload):/.test(id)) noteRequest(before, after, id);
    else callbacks.onWrite(before, after);
    parts.onWrite(after);
  }

  function noteRequest(before: Item | undefined, after: Item, requestId: string): void {
    const invocation = actor.current?.id ?? 0;
    const imageId = textOf(after, 'image_id');
    if (before === undefined) {
      const preferences = textOf(after, 'preferences');
      journal.note({ kind: 'known', requestId, imageId, preferences, invocation, ...originOf(after) });
    }
    if (isChanged('failed_attempts', before, after)) {
      journal.note({ kind: 'attempts_told', requestId, invocation, attempts: attemptsOf(after) });
    }
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
    if (isChanged('completion', before, after) || isChanged('completion_ambiguous', before, after)) {
      journal.note({ kind: 'completed', requestId, imageId, invocation, ...completionOf(after) });
    }
    if (isChanged('counted', before, after)) {
      journal.note({
        kind: 'line_counted',
        requestId,
        as: textOf(after, 'counted'),
        endedAs: textOf(after, 'ended_as'),
      });
    }
  }

  function noteBatch(before: Item | undefined, after: Item, batchId: string): void {
    const invocation = actor.current?.id ?? 0;
    const file = { key: textOf(after, 'file'), version: textOf(after, 'version') };
    if (before === undefined) journal.note({ kind: 'batch_made', batchId, ...file, invocation });
    if (isChanged('check', before, after)) {
      const { refusal = '' } = JSON.parse(textOf(after, 'check')) as { readonly refusal?: string };
      journal.note({ kind: 'batch_checked', batchId, refusal, ...file });
    }
    if (before !== undefined && isChanged('control', before, after)) {
      journal.note({ kind: 'batch_controlled', batchId, control: textOf(after, 'control') });
    }
    if (isChanged('finished_at', before, after)) journal.note({ kind: 'batch_ended', batchId, invocation });
  }

  function noteClaim(item: Item, requestId: string, invocation: number): void {
    const [imageId, preferences] = [textOf(item, 'image_id'), textOf(item, 'preferences')];
    const leaseUntil = Number(item.lease_until?.N);
    journal.note({ kind: 'claimed', requestId, imageId, preferences, leaseUntil, invocation });
    const { poison, ref } = JSON.parse(preferences) as { readonly poison?: Poison; readonly ref?: string };
    if (poison !== 'on_claim') return;
    actor.current?.environment.kill('poison, when it was claimed', String(ref));
  }

  const shown = ['partner', 'source', 'state', 'attempts', 'next_attempt_at', 'error_code', 'completed_at'];
  const more = ['completion_failed', 'completion_unknown', 'file', 'line', 'batch_id', 'round', 'expires_at'];
  const indexes = {
    'by-image': { partition: 'image_id', sort: 'accepted_at', shows: [...shown, ...more, 'owner'] },
    'by-owner': { partition: 'owner', sort: 'accepted_at', shows: [...shown, ...more, 'image_id'] },
    'by-work': { partition: 'work', sort: 'place', shows: [] },
    'by-look': { partition: 'look', sort: 'look_at', shows: [] },
  };
  return createTable({
    ...{ name: NAMES.table, key: 'id', indexes, onWrite, onRemove: callbacks.onRemove, now },
    lagMs: () => (chance.yes(0.7) ? 0 : chance.whole(1, LONGEST_LAG_MS)),
    deletedAfterMs: () => chance.whole(0, DELETED_WITHIN_MS),
  });
}

const BATCH = 'batch:';

function isChanged(name: string, before: Item | undefined, after: Item): boolean {
  const [old, now] = [before?.[name], after[name]];
  return now !== undefined && (now.S ?? now.N ?? now.BOOL) !== (old?.S ?? old?.N ?? old?.BOOL);
}

function originOf(item: Item): Origin {
  const texts = { partner: item.partner?.S, senderRequestId: item.sender_request_id?.S, file: item.file?.S };
  const more = { batchId: item.batch_id?.S, againFor: item.again_for?.S };
  const numbers = { line: item.line?.N, round: item.round?.N };
  const given = Object.entries({ ...texts, ...more }).filter(([, text]) => text !== undefined);
  const counted = Object.entries(numbers).flatMap(([name, digits]) =>
    digits === undefined ? [] : [[name, Number(digits)]],
  );
  return {
    source: textOf(item, 'source'),
    acceptedAt: Date.parse(textOf(item, 'accepted_at')),
    ...Object.fromEntries([...given, ...counted]),
  };
}

function attemptsOf(item: Item): readonly ToldAttempt[] {
  const rows = JSON.parse(textOf(item, 'failed_attempts')) as readonly [number, number, string, number | null][];
  return rows.map(([attempt, at, code, status]) => ({ attempt, at, code, status }));
}

/** A completion as its item has it. */
function completionOf(item: Item) {
  const verdict = JSON.parse(textOf(item, 'completion')) as Readonly<Record<string, unknown>>;
  return {
    by: String(verdict.by),
    hasFailed: verdict.hasFailed === true,
    confirmed: typeof verdict.confirmed === 'boolean' ? verdict.confirmed : null,
    isAmbiguous: item.completion_ambiguous?.BOOL === true,
    isUnknown: verdict.isUnknown === true,
    status: String(verdict.status ?? ''),
    reason: String(verdict.statusReason ?? ''),
  };
}

function textOf(item: Item, name: string): string {
  return item[name]?.S ?? '';
}

import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isPastDeadline } from '../../core/deadline.ts';
import { DependencyUnavailable } from '../../core/errors.ts';
import { byteLength } from '../../core/json.ts';
import type { Clock, Limits } from '../../core/ports.ts';

export interface SharedBatchesParts {
  readonly send: SQSClient['send'];
  readonly queueUrl: string;
  readonly dependency: DependencyUnavailable['dependency'];
  readonly clock: Clock;
}

export interface Message {
  /** SQS drops a second one under the same id for five minutes. */
  readonly id: string;
  readonly groupId: string;
  readonly body: string;
}

// SQS's limits for one SendMessageBatch.
const MAX_ENTRIES = 10;
export const MAX_BYTES = 1024 * 1024;

/** The longest that a message waits for others to share its batch. */
const LINGER_MS = 50;

interface Pending extends Message {
  readonly bytes: number;
  readonly signal: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (reason: DependencyUnavailable) => void;
}

/** A FIFO queue. Messages that are sent at the same time share one SendMessageBatch. */
export function createSharedBatches({ send, queueUrl, dependency, clock }: SharedBatchesParts) {
  let pending: Pending[] = [];
  let publishers = 0;
  let round = 0;

  function flush(): void {
    round += 1;
    const batches = inBatches(pending);
    pending = [];
    for (const batch of batches) void sendBatch(batch);
  }

  // A publisher waits for its own message. When as many are pending as there are publishers, no more can come.
  function flushWhenComplete(): void {
    if (pending.length > 0 && (pending.length >= publishers || pending.length >= MAX_ENTRIES)) flush();
  }

  async function flushAfterLinger(): Promise<void> {
    const mine = round;
    await clock.sleep(LINGER_MS);
    if (mine === round && pending.length > 0) flush();
  }

  async function sendBatch(batch: readonly Pending[]): Promise<void> {
    const Entries = batch.map(({ id, groupId, body }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageGroupId: groupId,
      MessageDeduplicationId: id,
    }));
    const signals = [...new Set(batch.map((entry) => entry.signal))];
    // A batch's messages usually share one signal. `AbortSignal.any` costs more than the rest of this function.
    const signal = signals.length === 1 ? signals[0] : AbortSignal.any(signals);
    try {
      const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
      const { Failed = [] } = await send(command, signal && { abortSignal: signal });
      const failures = new Map(Failed.map((failed) => [failed.Id, failed]));
      batch.forEach((entry, index) => {
        const failed = failures.get(String(index));
        if (failed === undefined) entry.resolve();
        else entry.reject(new DependencyUnavailable(dependency, new Error(`${failed.Code}: ${failed.Message}`)));
      });
    } catch (error) {
      for (const entry of batch) entry.reject(new DependencyUnavailable(dependency, error));
    }
  }

  return {
    /** Resolves only when SQS has the message. @throws DependencyUnavailable */
    send(message: Message, { signal }: Limits): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      pending.push({ ...message, bytes: byteLength(message.body), signal, resolve, reject });
      if (pending.length === 1) void flushAfterLinger();
      flushWhenComplete();
      return promise;
    },
    /** See `Outcomes.join`. */
    join(limits: Limits): () => void {
      publishers += 1;
      return () => {
        publishers -= 1;
        // Work that was cut off and wakes up in a later invocation sends nothing for that one.
        if (!isPastDeadline(limits, clock.now())) flushWhenComplete();
      };
    },
  };
}

function inBatches(entries: readonly Pending[]): readonly (readonly Pending[])[] {
  const batches: Pending[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const last = batches.at(-1);
    bytes += entry.bytes;
    if (last !== undefined && last.length < MAX_ENTRIES && bytes <= MAX_BYTES) last.push(entry);
    else {
      batches.push([entry]);
      bytes = entry.bytes;
    }
  }
  return batches;
}

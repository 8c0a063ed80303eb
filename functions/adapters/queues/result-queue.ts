import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { BatchEvent, BatchEvents } from '../../core/batch/batch-event.ts';
import type { ImageEvent } from '../../core/completion/image-event.ts';
import type { ImageEvents } from '../../core/completion/ports.ts';
import { isPastDeadline } from '../../core/deadline.ts';
import { DependencyUnavailable } from '../../core/errors.ts';
import { byteLength } from '../../core/json.ts';
import { encodeEvent } from '../../core/outcome/cloud-event.ts';
import type { OutcomeEvent } from '../../core/outcome/outcome.ts';
import type { Clock, Limits, Outcomes } from '../../core/ports.ts';

export interface ResultQueueParts {
  readonly send: SQSClient['send'];
  readonly queueUrl: string;
  readonly stage: string;
  readonly clock: Clock;
}

// SQS's limits for one SendMessageBatch.
const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;

/** The longest that an event waits for others to share its batch. */
const LINGER_MS = 50;

interface Pending {
  readonly id: string;
  readonly groupId: string;
  readonly body: string;
  readonly bytes: number;
  readonly signal: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (reason: DependencyUnavailable) => void;
}

/** The queue of results. Events that are published at the same time share one SendMessageBatch. */
export function createResultQueue({
  send,
  queueUrl,
  stage,
  clock,
}: ResultQueueParts): Outcomes & ImageEvents & BatchEvents {
  let pending: Pending[] = [];
  let publishers = 0;
  let round = 0;

  function flush(): void {
    round += 1;
    const batches = inBatches(pending);
    pending = [];
    for (const batch of batches) void sendBatch(batch);
  }

  // A publisher waits for its own event. When as many events are pending as there are publishers, no more can come.
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
    // A batch's events usually share one signal. `AbortSignal.any` costs more than the rest of this function.
    const signal = signals.length === 1 ? signals[0] : AbortSignal.any(signals);
    try {
      const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
      const { Failed = [] } = await send(command, signal && { abortSignal: signal });
      const failures = new Map(Failed.map((failed) => [failed.Id, failed]));
      batch.forEach((entry, index) => {
        const failed = failures.get(String(index));
        if (failed === undefined) entry.resolve();
        else entry.reject(new DependencyUnavailable('result queue', new Error(`${failed.Code}: ${failed.Message}`)));
      });
    } catch (error) {
      for (const entry of batch) entry.reject(new DependencyUnavailable('result queue', error));
    }
  }

  return {
    publish(event: OutcomeEvent | ImageEvent | BatchEvent, { signal }: Limits) {
      const whole = encodeEvent(event, stage);
      const isTooLong = byteLength(whole) > MAX_BYTES && 'outcome' in event;
      const body = isTooLong ? encodeEvent(shortened(event), stage) : whole;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      pending.push({ id: event.id, groupId: event.groupId, body, bytes: byteLength(body), signal, resolve, reject });
      if (pending.length === 1) void flushAfterLinger();
      flushWhenComplete();
      return promise;
    },
    join(limits) {
      publishers += 1;
      return () => {
        publishers -= 1;
        // Work that was cut off and wakes up in a later invocation sends nothing for that one.
        if (!isPastDeadline(limits, clock.now())) flushWhenComplete();
      };
    },
  };
}

/** An event that is too long to send would be retried forever. So it is sent without its longest parts. */
function shortened({ outcome, request, ...event }: OutcomeEvent): OutcomeEvent {
  const warnings = [...outcome.warnings, 'this event was too long for one message: its longest parts are missing here'];
  const short = 'original' in request ? { ...request, original: '' } : { ...request, preferences: {} };
  if (outcome.kind === 'succeeded')
    return { ...event, request: short, outcome: { ...outcome, warnings, response: null } };
  const { endpoint: _, ...error } = outcome.error;
  return { ...event, request: short, outcome: { ...outcome, warnings, error } };
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

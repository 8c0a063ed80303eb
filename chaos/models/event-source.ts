import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Journal } from '../facts.ts';
import type { Chance } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { InvocationResult, Lambda } from './lambda.ts';
import type { FifoQueue, Received } from './sqs/fifo-queue.ts';
import { toRecord } from './sqs/protocol.ts';
import { HandleExpired } from './sqs/sqs-error.ts';

export interface EventSourceParts {
  readonly queue: FifoQueue;
  readonly worker: Pick<Lambda, 'invoke'>;
  /** Batches at once. */
  readonly concurrency: number;
  readonly batchSize: number;
  /** Who sent a message, as SQS says. */
  readonly senderOf: (message: Received) => string;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
}

export interface EventSource {
  /** To be called whenever the queue may have something to hand out. */
  ring(): void;
}

/** Lambda hands the same batch out twice in so many of 1 cases: its promise is "at least once". */
const TWICE_SHARE = 0.003;
const LONGEST_DELAY_OF_SECOND_MS = 20 * 60_000;
/** A batch's deletion fails in so many of 1 cases: then its messages come again. */
const DELETE_LOST_SHARE = 0.005;

/**
 * Lambda's event-source mapping of a FIFO queue with ReportBatchItemFailures. What a batch does not report as failed is
 * deleted; what it does, and every message of a batch that failed as a whole, stays hidden until its visibility ends.
 */
export function startEventSource(parts: EventSourceParts): EventSource {
  const { queue, worker, concurrency, batchSize, senderOf, scheduler, journal, chance } = parts;
  let idle: (() => void)[] = [];
  let cancelAlarm = () => {};

  async function poll(): Promise<void> {
    for (;;) {
      const max = chance.yes(0.8) ? batchSize : chance.whole(1, batchSize);
      const batch = queue.receive(scheduler.now(), max);
      if (batch.length > 0) await handOver(batch);
      else await untilRung();
      await scheduler.sleep(chance.whole(1, 30));
    }
  }

  function untilRung(): Promise<void> {
    return new Promise((resolve) => {
      idle.push(resolve);
      ring();
    });
  }

  async function handOver(batch: readonly Received[]): Promise<void> {
    if (chance.yes(TWICE_SHARE)) {
      scheduler.after(chance.whole(0, chance.of([2000, LONGEST_DELAY_OF_SECOND_MS])), () => void handle(batch));
    }
    await handle(batch);
    ring();
  }

  async function handle(batch: readonly Received[]): Promise<void> {
    const event: SQSEvent = { Records: batch.map((message) => toRecord(message, senderOf(message))) };
    const { invocation, response } = worker.invoke(event, `${batch.length} messages`);
    for (const { messageId, receiveCount } of batch) {
      journal.note({ kind: 'received', messageId, count: receiveCount, invocation });
    }
    const failed = failedIn(await response, batch);
    if (chance.yes(DELETE_LOST_SHARE)) return;
    for (const message of batch) if (!failed.includes(message.messageId)) remove(message);
  }

  function remove({ messageId, receiptHandle }: Received): void {
    try {
      if (queue.remove(receiptHandle, scheduler.now())) journal.note({ kind: 'deleted', messageId });
    } catch (error) {
      if (!(error instanceof HandleExpired)) throw error;
    }
  }

  function ring(): void {
    cancelAlarm();
    const next = queue.nextReceivableAt(scheduler.now());
    if (next === undefined || idle.length === 0) return;
    cancelAlarm = scheduler.after(next - scheduler.now(), () => {
      const woken = idle;
      idle = [];
      for (const wake of woken) wake();
    });
  }

  for (let poller = 0; poller < concurrency; poller += 1) void poll();
  return { ring };
}

function failedIn(response: InvocationResult, batch: readonly Received[]): readonly string[] {
  const all = batch.map(({ messageId }) => messageId);
  if (response.kind === 'failed') return all;
  const failed = (response.value as SQSBatchResponse).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  // Lambda takes a report that names a message outside the batch for a failure of the whole.
  return failed.every((id) => all.includes(id)) ? failed : all;
}

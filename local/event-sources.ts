import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { handledMessages } from './event-sources/batch-answer.ts';
import { toSqsEvent } from './event-sources/sqs-event.ts';
import type { Answer } from './lambda/execution-environment.ts';
import type { EventSourcePlan, QueuePlan } from './service-plan.ts';

export interface EventSourceOptions {
  readonly plan: EventSourcePlan;
  readonly queue: QueuePlan;
  /** Lambda polls under the function's own role. */
  readonly sqs: SQSClient;
  readonly invoke: (event: unknown) => Promise<Answer>;
  /** Takes a line when the queue could not be used. */
  readonly log?: (line: string) => void;
}

export interface EventSource {
  /**
   * Begins no more batches, and waits so many ms for those under way. The queue must answer the receives that wait
   * (Queues.endPolls): they are not aborted, since what they receive could be lost on the way.
   */
  stop(graceMs?: number): Promise<void>;
  /** Resolves when it was stopped and nothing of it is under way any more: once its function has been stopped, too. */
  readonly ended: Promise<void>;
}

const LONGEST_WAIT_SECONDS = 20;
const PAUSE_AFTER_ERROR_MS = 1000;

/**
 * A stand-in for Lambda's event-source mapping of an SQS queue: as many pollers as the maximum concurrency, each
 * with one batch at a time. What was handled is deleted; what failed stays hidden as long as the queue or the function
 * said.
 */
export function startEventSource({ plan, queue, sqs, invoke, log = () => {} }: EventSourceOptions): EventSource {
  const stopping = new AbortController();
  let hasLooked = false;

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if (!hasLooked) await look();
        const batch = await receive();
        if (batch.length > 0) await handle(batch);
      } catch (error) {
        if (stopping.signal.aborted) return;
        log(`the event source of ${plan.functionName} could not use ${queue.name}: ${error}`);
        await sleep(PAUSE_AFTER_ERROR_MS, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  /** Lambda follows how full a queue is, and cannot do without the right to: once is enough to find out whether it has it. */
  async function look(): Promise<void> {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames }));
    hasLooked = true;
  }

  async function receive(): Promise<readonly Message[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: plan.batchSize,
        WaitTimeSeconds: LONGEST_WAIT_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  async function handle(batch: readonly Message[]): Promise<void> {
    const answer = await invoke(toSqsEvent(batch, queue.arn));
    const ids = batch.map(({ MessageId = '' }) => MessageId);
    const handled = handledMessages(ids, answer, plan.reportsItemFailures);
    if (handled.length === 0) return;
    const Entries = handled.map((id, index) => {
      return { Id: String(index), ReceiptHandle: batch.find(({ MessageId }) => MessageId === id)?.ReceiptHandle };
    });
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
  }

  const ended = Promise.all(Array.from({ length: plan.maximumConcurrency }, poll)).then(() => {});
  return {
    async stop(graceMs = 0) {
      stopping.abort();
      await Promise.race([ended, sleep(graceMs, undefined, { ref: false })]);
    },
    ended,
  };
}

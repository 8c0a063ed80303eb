import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { handledMessages } from './event-sources/batch-response.ts';
import { toSqsEvent } from './event-sources/sqs-event.ts';
import type { InvocationResult } from './lambda/execution-environment.ts';
import type { EventSourcePlan, QueuePlan } from './service-plan.ts';

export interface EventSourceOptions {
  readonly plan: EventSourcePlan;
  readonly queue: QueuePlan;
  /** With the permissions of the function's role, as in Lambda. */
  readonly sqs: SQSClient;
  readonly invoke: (event: unknown) => Promise<InvocationResult>;
  /** Called with a line when the queue could not be used. */
  readonly log?: (line: string) => void;
}

export interface EventSource {
  /**
   * Begins no more batches, and waits so many ms for the current ones. The queue must end the waiting receives
   * (Queues.endPolls): they are not aborted, because an aborted receive may lose messages.
   */
  stop(graceMs?: number): Promise<void>;
  /** Resolves after a stop, when nothing is running. That requires its function to be stopped too. */
  readonly ended: Promise<void>;
}

const POLL_SECONDS = 20;
const PAUSE_AFTER_ERROR_MS = 1000;

/**
 * A stand-in for Lambda's event-source mapping of an SQS queue. It has as many pollers as the maximum concurrency, each with one
 * batch at a time. Handled messages are deleted. Failed ones stay hidden for the time set by the queue or the function.
 */
export function startEventSource({ plan, queue, sqs, invoke, log = () => {} }: EventSourceOptions): EventSource {
  const stopping = new AbortController();
  let hasReadDepth = false;

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if (!hasReadDepth) await readDepth();
        const batch = await receive();
        if (batch.length > 0) await handle(batch);
      } catch (error) {
        if (stopping.signal.aborted) return;
        log(`the event source of ${plan.functionName} could not use ${queue.name}: ${error}`);
        await sleep(PAUSE_AFTER_ERROR_MS, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  /** Lambda reads a queue's depth all the time, and needs the permission for it. One call checks that permission. */
  async function readDepth(): Promise<void> {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames }));
    hasReadDepth = true;
  }

  async function receive(): Promise<readonly Message[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: plan.batchSize,
        WaitTimeSeconds: POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  async function handle(batch: readonly Message[]): Promise<void> {
    const result = await invoke(toSqsEvent(batch, queue.arn));
    const ids = batch.map(({ MessageId = '' }) => MessageId);
    const handled = handledMessages(ids, result, plan.reportsItemFailures);
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

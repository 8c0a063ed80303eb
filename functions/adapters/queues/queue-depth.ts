import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Limits } from '../../core/ports.ts';

interface QueueParts {
  readonly send: SQSClient['send'];
  readonly queueUrl: string;
}

/** Messages of a queue, by SQS's own estimate. */
export interface QueueCounts {
  readonly visible: number;
  /** Being processed, or waiting for their next attempt. */
  readonly hidden: number;
}

export async function countsOf({ send, queueUrl }: QueueParts, { signal }: Limits): Promise<QueueCounts> {
  const command = new GetQueueAttributesCommand({
    QueueUrl: queueUrl,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  const { Attributes: counts } = await send(command, { abortSignal: signal });
  return {
    visible: Number(counts?.ApproximateNumberOfMessages ?? 0),
    hidden: Number(counts?.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

/** How many messages a queue has. Hidden ones are load too. */
export async function depthOf(queue: QueueParts, limits: Limits): Promise<number> {
  const { visible, hidden } = await countsOf(queue, limits);
  return visible + hidden;
}

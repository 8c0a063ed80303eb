import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Limits } from '../../core/ports.ts';

/** Hidden messages are being processed or wait for their next attempt, so they are load too. */
const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

/** How many messages a queue has, by SQS's own estimate. */
export async function depthOf(
  { send, queueUrl }: { readonly send: SQSClient['send']; readonly queueUrl: string },
  { signal }: Limits,
): Promise<number> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...COUNTS] });
  const { Attributes } = await send(command, { abortSignal: signal });
  return COUNTS.reduce((sum, count) => sum + Number(Attributes?.[count] ?? 0), 0);
}

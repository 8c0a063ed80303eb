import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** A request that a back-end system sends to the request queue. */
export interface QueuedRequest {
  readonly image_id: string;
  readonly preferences: Readonly<Record<string, unknown>>;
  readonly request_id?: string;
  /** Sent as a message attribute. */
  readonly traceparent?: string;
}

/** @returns SQS's message id */
export async function queueRequest(
  sqs: SQSClient,
  queueUrl: string,
  { traceparent, ...request }: QueuedRequest,
): Promise<string> {
  const attribute = { DataType: 'String', StringValue: traceparent };
  const { MessageId = '' } = await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(request),
      ...(traceparent !== undefined && { MessageAttributes: { traceparent: attribute } }),
      MessageGroupId: request.image_id,
      MessageDeduplicationId: request.request_id ?? randomUUID(),
    }),
  );
  return MessageId;
}

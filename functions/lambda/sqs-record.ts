import type { SQSRecord } from 'aws-lambda';
import type { QueueMessage } from '../core/request/request-message.ts';

/** A message as an event-source mapping hands it over. */
export function messageOf({ messageId, receiptHandle, body, attributes, messageAttributes }: SQSRecord): QueueMessage {
  return {
    messageId,
    receiptHandle,
    body,
    groupId: attributes.MessageGroupId ?? '',
    receiveCount: Number(attributes.ApproximateReceiveCount),
    senderId: attributes.SenderId,
    sentAt: Number(attributes.SentTimestamp),
    traceparent: messageAttributes.traceparent?.stringValue,
    traceHeader: attributes.AWSTraceHeader,
  };
}

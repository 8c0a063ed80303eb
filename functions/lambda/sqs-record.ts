import type { SQSRecord } from 'aws-lambda';
import type { QueueMessage } from '../core/request/request-message.ts';

/** AWS always sets `messageAttributes`. A person who replays a record by hand may leave them out. */
type HandedRecord = Omit<SQSRecord, 'messageAttributes'> & Partial<Pick<SQSRecord, 'messageAttributes'>>;

/** Converts a record of an event-source mapping. */
export function messageOf({
  messageId,
  receiptHandle,
  body,
  attributes,
  messageAttributes,
}: HandedRecord): QueueMessage {
  return {
    messageId,
    receiptHandle,
    body,
    groupId: attributes.MessageGroupId ?? '',
    receiveCount: Number(attributes.ApproximateReceiveCount),
    senderId: attributes.SenderId,
    sentAt: Number(attributes.SentTimestamp),
    traceparent: messageAttributes?.traceparent?.stringValue,
    traceHeader: attributes.AWSTraceHeader,
  };
}

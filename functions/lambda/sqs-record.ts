import type { SQSRecord } from 'aws-lambda';
import type { QueueMessage } from '../core/request/request-message.ts';

/** What AWS always hands over, and what a person who replays a record by hand may leave out. */
type HandedRecord = Omit<SQSRecord, 'messageAttributes'> & Partial<Pick<SQSRecord, 'messageAttributes'>>;

/** A message as an event-source mapping hands it over. */
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

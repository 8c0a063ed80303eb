import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { NOON } from './fixtures.ts';

let count = 0;

/** A record as the event-source mapping hands it over. */
export function sqsRecord(
  body: unknown,
  {
    group,
    attributes,
    ...overrides
  }: Partial<Omit<SQSRecord, 'attributes'>> & { group?: string; attributes?: object } = {},
): SQSRecord {
  count += 1;
  const imageId = (body as { image_id?: string } | null)?.image_id;
  return {
    messageId: `message-${count}`,
    receiptHandle: `receipt-${count}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(NOON),
      SenderId: 'AROAEXAMPLE:backend',
      ApproximateFirstReceiveTimestamp: String(NOON),
      MessageGroupId: group ?? imageId ?? 'none',
      MessageDeduplicationId: `dedup-${count}`,
      SequenceNumber: String(count).padStart(20, '0'),
      ...attributes,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:requests.fifo',
    awsRegion: 'us-east-1',
    ...overrides,
  };
}

export function sqsEvent(...records: readonly SQSRecord[]): SQSEvent {
  return { Records: [...records] };
}

/** A Lambda context with so many ms left. */
export function lambdaContext(remainingMs = 60_000): Context {
  return { getRemainingTimeInMillis: () => remainingMs, awsRequestId: 'test', functionVersion: '$LATEST' } as Context;
}

/** What middy hands a handler beside event and context. */
export function uncut(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}

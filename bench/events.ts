import { createHash, randomUUID } from 'node:crypto';

const PARTNER_KEY = 'bench-partner-key';

/** A partner's entry in the secret of the partners' keys. */
export const keyEntry = (key: string) => ({ keys: [{ sha256: createHash('sha256').update(key).digest('hex') }] });

/** The partner-keys secret with so many partners. The last one is ours. */
export function partnerKeysSecret(count: number): string {
  const others = Array.from({ length: count - 1 }, (_, index) => [`partner-${index}`, keyEntry(String(index))]);
  return JSON.stringify({ ...Object.fromEntries(others), bench: keyEntry(PARTNER_KEY) });
}

const PREFERENCES = { ai_version: '4.x', enhance_type: 'neutral', sky_replacement: true, vertical_correction: true };

/** A batch of the event-source mapping: each record is a request for a different image. */
export function batchEvent(size: number) {
  return { Records: Array.from({ length: size }, () => record(randomUUID())) };
}

function record(imageId: string) {
  return {
    messageId: randomUUID(),
    receiptHandle: randomUUID(),
    body: JSON.stringify({ image_id: imageId, preferences: PREFERENCES }),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(Date.now()),
      SenderId: 'AROAEXAMPLE:bench',
      ApproximateFirstReceiveTimestamp: String(Date.now()),
      MessageGroupId: imageId,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:requests.fifo',
    awsRegion: 'us-east-1',
  };
}

/** A call of the webhook (payload format 2.0), with the token that the stand-in for secrets has. */
export function finishedImageEvent() {
  const body = JSON.stringify({ event: 'image_processed', image_id: randomUUID(), error: false });
  return httpEvent('/webhooks/autoenhance', { authorization: 'bench-key' }, body);
}

/** A partner's call that is answered as soon as it is queued (payload format 2.0). */
export function processCallEvent() {
  const headers = { 'x-api-key': PARTNER_KEY, prefer: 'respond-async' };
  return httpEvent(`/v3/images/${randomUUID()}/process`, headers, JSON.stringify(PREFERENCES));
}

/** A call that reads something (payload format 2.0). */
export function readEvent(path: string, key = PARTNER_KEY, query: Readonly<Record<string, string>> = {}) {
  return {
    ...httpEvent(path, { 'x-api-key': key }),
    rawQueryString: String(new URLSearchParams(query)),
    queryStringParameters: query,
  };
}

function httpEvent(path: string, headers: Readonly<Record<string, string>>, body?: string) {
  const method = body === undefined ? 'GET' : 'POST';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...headers },
    requestContext: { http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' } },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}

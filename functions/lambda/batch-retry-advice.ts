import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Completes the sentence for a caller when a part of AWS is unavailable. */
export function batchRetryAdvice({
  requestContext,
  headers,
  queryStringParameters,
  rawPath,
}: APIGatewayProxyEventV2): string {
  const isRead = requestContext.http.method !== 'POST' || queryStringParameters?.dry_run !== undefined;
  if (isRead) return ': make the same call again';
  // What is asked of a batch that exists may be asked twice.
  if (/\/(pause|resume|cancel|retry)\/?$/.test(rawPath)) return ': make the same call again, which does nothing twice';
  return headers['idempotency-key'] === undefined ? SAME_CONTENT : SAME_KEY;
}

const SAME_KEY =
  ', and the batch may not be created: send it again with the same Idempotency-Key, and nothing of it is sent twice';
const SAME_CONTENT =
  ', and the batch may not be created: send it again under the same name, and nothing of it is sent twice';

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { routeOf } from './routes.ts';

/** Completes the sentence for a caller when a part of AWS is unavailable. */
export function retryAdvice(event: APIGatewayProxyEventV2): string {
  if (routeOf(event)?.name !== 'process') return ': make the same call again';
  return event.headers['idempotency-key'] === undefined ? SEND_AGAIN : SEND_UNDER_THE_SAME_KEY;
}

const SEND_UNDER_THE_SAME_KEY =
  ', and the request may not be queued: send it again with the same Idempotency-Key, and it is processed only once';
const SEND_AGAIN =
  ', and the request may not be queued: send it again; without an Idempotency-Key that may be a second request';

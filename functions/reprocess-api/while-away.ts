import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { routeOf } from './routes.ts';

/** What a caller should do when a part of AWS is away: goes on the sentence that says so. */
export function whileAway(event: APIGatewayProxyEventV2): string {
  if (routeOf(event)?.name !== 'process') return ': ask again';
  return event.headers['idempotency-key'] === undefined ? SEND_AGAIN : SEND_UNDER_THE_SAME_KEY;
}

const SEND_UNDER_THE_SAME_KEY =
  ', and the request is not known to be queued: send it again under the same Idempotency-Key, and nothing is done twice';
const SEND_AGAIN =
  ', and the request is not known to be queued: send it again, which may be a second request since it has no Idempotency-Key';

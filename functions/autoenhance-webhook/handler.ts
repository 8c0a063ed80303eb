import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Clock } from '../core/ports.ts';
import type { ReceiveNotice } from '../core/webhook/receive-notice.ts';
import { type HttpAnswer, inTime, jsonAnswer, problem } from '../middleware/http.ts';
import { parseWebhookCall } from './event.ts';

export interface WebhookParts {
  readonly receiveNotice: ReceiveNotice;
  readonly clock: Clock;
}

/** Takes what Autoenhance tells of images; answers 200 only when it is safe. */
export function createWebhookHandler({ receiveNotice, clock }: WebhookParts) {
  return async (
    event: APIGatewayProxyEventV2,
    context: Context,
    { signal }: { signal: AbortSignal },
  ): Promise<HttpAnswer> => {
    const call = parseWebhookCall(event);
    if ('refusal' in call) return problem(call.refusal.status, call.refusal.detail);
    await inTime(context, clock, signal, (limits) => receiveNotice(call.notice, limits));
    return jsonAnswer(200, { status: 'ok' });
  };
}

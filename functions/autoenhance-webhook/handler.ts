import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { ReceiveNotice } from '../core/completion/receive-notification.ts';
import type { Clock, Metrics } from '../core/ports.ts';
import { type HttpAnswer, inTime, jsonAnswer, problem } from '../lambda/http.ts';
import { parseWebhookCall } from './event.ts';

export interface WebhookParts {
  readonly receiveNotice: ReceiveNotice;
  readonly metrics: Pick<Metrics, 'flush'>;
  readonly clock: Clock;
}

/** Takes what Autoenhance tells of images; answers 200 only when it is safe. */
export function createWebhookHandler({ receiveNotice, metrics, clock }: WebhookParts) {
  return async (
    event: APIGatewayProxyEventV2,
    context: Context,
    { signal }: { signal: AbortSignal },
  ): Promise<HttpAnswer> => {
    const call = parseWebhookCall(event);
    if ('refusal' in call) return problem(call.refusal.status, call.refusal.detail);
    await inTime(context, clock, signal, (limits) => receiveNotice(call.notice, limits)).finally(metrics.flush);
    return jsonAnswer(200, { status: 'ok' });
  };
}

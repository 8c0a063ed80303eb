import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { ReceiveNotification } from '../core/completion/receive-notification.ts';
import type { Clock, Limits, Metrics } from '../core/ports.ts';
import { type HttpResponse, inTime, jsonResponse, problem } from '../lambda/http.ts';
import { parseWebhookCall } from './event.ts';

export interface WebhookParts {
  readonly receiveNotification: ReceiveNotification;
  /** Notes that the webhook was called. Never rejects. */
  readonly noteWebhook: (limits: Limits) => Promise<void>;
  readonly metrics: Pick<Metrics, 'flush'>;
  readonly clock: Clock;
}

/** Receives Autoenhance's notifications. Returns 200 only after the event is published. */
export function createWebhookHandler({ receiveNotification, noteWebhook, metrics, clock }: WebhookParts) {
  return async (
    event: APIGatewayProxyEventV2,
    context: Context,
    { signal }: { signal: AbortSignal },
  ): Promise<HttpResponse> => {
    const call = parseWebhookCall(event);
    if ('refusal' in call) return problem(call.refusal.status, call.refusal.detail);
    await inTime(context, clock, signal, (limits) =>
      Promise.all([receiveNotification(call.notification, limits), noteWebhook(limits)]),
    ).finally(metrics.flush);
    return jsonResponse(200, { status: 'ok' });
  };
}

/** Completes the sentence for a caller when a part of AWS is unavailable. */
export const retryAdvice = (): string => ', and the event may not be published: make the same call again';

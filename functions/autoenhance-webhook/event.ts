import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { eventName, type WebhookNotification } from '../core/completion/webhook-notification.ts';
import { isJsonObject, parseJson } from '../core/json.ts';
import { parseImageId } from '../core/request/image-id.ts';
import { shown } from '../core/request/preferences.ts';
import { bodyOf, NO_UTF_8 } from '../lambda/http.ts';

/** What a call tells, or why it cannot be taken. */
export type WebhookCall =
  | { readonly notification: WebhookNotification }
  | { readonly refusal: { readonly status: 400 | 413; readonly detail: string } };

const MAX_BODY_BYTES = 64 * 1024;

export function parseWebhookCall(event: APIGatewayProxyEventV2): WebhookCall {
  const { text, bytes } = bodyOf(event);
  if (bytes > MAX_BODY_BYTES) return refuse(413, `the body must be at most ${MAX_BODY_BYTES} bytes, got ${bytes}`);
  if (text === undefined) return refuse(400, NO_UTF_8);
  // Saving the settings was seen to call with an empty body as well.
  if (text.trim() === '') return { notification: { kind: 'settings' } };
  try {
    return { notification: notificationOf(parseJson(text)) };
  } catch (error) {
    return refuse(400, error instanceof RangeError ? error.message : `the body must be JSON, got ${shown(text)}`);
  }
}

function refuse(status: 400 | 413, detail: string): WebhookCall {
  return { refusal: { status, detail } };
}

function notificationOf(body: unknown): WebhookNotification {
  if (!isJsonObject(body)) return { kind: 'other', name: eventName(undefined), body };
  const { event, image_id: id, error } = body;
  const imageId = parseImageId(id);
  if (event === 'webhook_updated') return { kind: 'settings' };
  if (event === 'image_processed' && imageId !== undefined) {
    return { kind: 'finished', imageId, hasFailed: error === true, body };
  }
  // An image_processed that names no image too: it finishes nothing that anybody could find.
  return { kind: 'other', name: eventName(event), body, ...(imageId !== undefined && { imageId }) };
}

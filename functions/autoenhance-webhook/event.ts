import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { eventName, type WebhookNotification } from '../core/completion/webhook-notification.ts';
import { isJsonObject, parseJson, plainNumber } from '../core/json.ts';
import { parseImageId } from '../core/request/image-id.ts';
import { shown } from '../core/request/preferences.ts';
import { type ReadBody, readBody } from '../lambda/http.ts';

/** A call's notification, or why it is refused. */
export type WebhookCall =
  | { readonly notification: WebhookNotification }
  | Extract<ReadBody, { readonly refusal: unknown }>;

const MAX_BODY_BYTES = 64 * 1024;

export function parseWebhookCall(event: APIGatewayProxyEventV2): WebhookCall {
  const read = readBody(event, MAX_BODY_BYTES);
  if ('refusal' in read) return read;
  const { text } = read;
  // We have seen a call with an empty body when the settings are saved.
  if (text.trim() === '') return { notification: { kind: 'settings' } };
  try {
    return { notification: notificationOf(parseJson(text)) };
  } catch (error) {
    const detail = error instanceof RangeError ? error.message : `the body must be JSON, got ${shown(text)}`;
    return { refusal: { status: 400, detail } };
  }
}

function notificationOf(body: unknown): WebhookNotification {
  if (!isJsonObject(body)) return { kind: 'other', name: eventName(undefined), body };
  const { event, image_id: id, error } = body;
  const imageId = parseImageId(id);
  if (event === 'webhook_updated') return { kind: 'settings' };
  if (event === 'image_processed' && imageId !== undefined) {
    return { kind: 'finished', imageId, hasFailed: saysFailure(error), body };
  }
  // This includes an image_processed without an image id: it cannot be matched to a request.
  return { kind: 'other', name: eventName(event), body, ...(imageId !== undefined && { imageId }) };
}

const NO_FAILURE: readonly unknown[] = [undefined, null, false, 0, '', 'false'];

/** `error` is documented as a boolean. Any other value counts as a failure: a text, a number, an object. */
function saysFailure(error: unknown): boolean {
  const value = typeof error === 'string' ? error.trim().toLowerCase() : plainNumber(error);
  return !NO_FAILURE.includes(value);
}

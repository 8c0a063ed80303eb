import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { byteLength, isJsonObject, parseJson, TOO_DEEP } from '../core/json.ts';
import { IMAGE_ID_RULE, parseImageId } from '../core/request/image-id.ts';
import { NOT_AFTER_RULE, parseNotAfter } from '../core/request/not-after.ts';
import { MAX_PREFERENCES_BYTES, type Preferences, parsePreferences, shown } from '../core/request/preferences.ts';
import { bodyOf, NO_UTF_8 } from '../lambda/http.ts';
import { BadRequest } from './bad-request.ts';
import { type Preference, parsePrefer } from './prefer.ts';

export interface ProcessInput {
  readonly imageId: string;
  readonly preferences: Preferences;
  readonly idempotencyKey?: string;
  /** Epoch ms. */
  readonly notAfter?: number;
  readonly prefer: Preference;
  /** As it came, see W3C Trace Context. */
  readonly traceparent?: string | undefined;
}

export interface PageInput {
  readonly imageId: string;
  readonly limit: number;
  readonly cursor?: string;
}

const MAX_BODY_BYTES = 256 * 1024;
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/;
export const PAGE = { usual: 20, longest: 100 };

/** @param id the path's segment. @throws BadRequest */
export function parseProcessInput(event: APIGatewayProxyEventV2, id: string): ProcessInput {
  return {
    imageId: imageIdOf(id),
    preferences: preferencesOf(textOf(event)),
    prefer: parsePrefer(event.headers.prefer),
    traceparent: event.headers.traceparent,
    ...idempotencyKeyOf(event.headers['idempotency-key']),
    ...notAfterOf(event.headers['reprocess-not-after']),
  };
}

/** @param id the path's segment. @throws BadRequest */
export function parsePageInput(event: APIGatewayProxyEventV2, id: string): PageInput {
  const { limit, cursor } = event.queryStringParameters ?? {};
  return { imageId: imageIdOf(id), limit: limitOf(limit), ...(cursor !== undefined && { cursor }) };
}

function imageIdOf(id: string): string {
  const imageId = parseImageId(id);
  if (imageId !== undefined) return imageId;
  const message = `the image id must be ${IMAGE_ID_RULE}, got ${shown(id)}`;
  throw new BadRequest(422, message, { path: { id: [message] } });
}

function textOf(event: APIGatewayProxyEventV2): string {
  const { text, bytes } = bodyOf(event);
  if (bytes > MAX_BODY_BYTES)
    throw new BadRequest(413, `the body must be at most ${MAX_BODY_BYTES} bytes, got ${bytes}`);
  if (text === undefined) throw new BadRequest(400, NO_UTF_8);
  return text;
}

function preferencesOf(body: string): Preferences {
  const value = jsonOf(body);
  if (!isJsonObject(value)) {
    const message = `preferences must be a JSON object, got ${shown(value)}`;
    throw new BadRequest(422, message, { json: { _schema: [message] } });
  }
  const size = byteLength(JSON.stringify(value));
  if (size > MAX_PREFERENCES_BYTES) {
    throw new BadRequest(413, `preferences must be at most ${MAX_PREFERENCES_BYTES} bytes of JSON, got ${size}`);
  }
  const parsed = parsePreferences(value);
  if (parsed.ok) return parsed.preferences;
  const fields = parsed.problems.map(({ field, message }) => [field, [message]]);
  throw new BadRequest(422, 'Validation error', { json: Object.fromEntries(fields) });
}

function jsonOf(body: string): unknown {
  if (body.trim() === '')
    throw new BadRequest(400, 'the body must be a JSON object with preferences, got nothing; {} changes none');
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof RangeError) throw new BadRequest(400, TOO_DEEP);
    throw new BadRequest(400, `the body must be a JSON object with preferences, got ${shown(body)}`);
  }
}

function idempotencyKeyOf(key: string | undefined): { readonly idempotencyKey?: string } {
  if (key === undefined) return {};
  if (IDEMPOTENCY_KEY.test(key)) return { idempotencyKey: key };
  throw new BadRequest(400, `Idempotency-Key must be 1 to 255 visible ASCII characters, got ${shown(key)}`);
}

function notAfterOf(header: string | undefined): { readonly notAfter?: number } {
  if (header === undefined) return {};
  const notAfter = parseNotAfter(header);
  if (notAfter !== undefined) return { notAfter };
  throw new BadRequest(400, `Reprocess-Not-After must be ${NOT_AFTER_RULE}, got ${shown(header)}`);
}

function limitOf(limit: string | undefined): number {
  if (limit === undefined) return PAGE.usual;
  const value = /^\d{1,3}$/.test(limit) ? Number(limit) : 0;
  if (value >= 1 && value <= PAGE.longest) return value;
  throw new BadRequest(400, `limit must be a whole number from 1 to ${PAGE.longest}, got ${shown(limit)}`);
}

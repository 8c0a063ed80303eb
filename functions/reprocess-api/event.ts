import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { byteLength, isJsonObject, type JsonObject } from '../core/json.ts';
import { API_VERSION_RULE, parseApiVersion } from '../core/request/api-version.ts';
import { envelopeRemedy } from '../core/request/envelopes.ts';
import { IMAGE_ID_RULE, parseImageId } from '../core/request/image-id.ts';
import { LIVES } from '../core/request/life.ts';
import { type BesidePreferences, misplacedIn } from '../core/request/misplaced.ts';
import { NOT_AFTER_RULE, parseNotAfter } from '../core/request/not-after.ts';
import { MAX_PREFERENCES_BYTES, type Preferences, parsePreferences, shown } from '../core/request/preferences.ts';
import type { Source } from '../core/request/reprocess-request.ts';
import type { AskedPage, RequestFilter } from '../core/request/request-lists.ts';
import { BadRequest } from '../lambda/bad-request.ts';
import { idempotencyKeyOf } from '../lambda/call-headers.ts';
import { bodyTextOf, jsonOf } from '../lambda/json-body.ts';
import { codeOf, oneOf, parsePage } from '../lambda/page.ts';
import type { PartnerEvent } from '../lambda/partner-authentication.ts';
import { type Preference, parsePrefer } from './prefer.ts';

export interface ProcessInput {
  readonly imageId: string;
  readonly preferences: Preferences;
  readonly idempotencyKey?: string;
  /** Epoch ms. */
  readonly notAfter?: number;
  readonly prefer: Preference;
  /** The version of Autoenhance's API that the caller wants; without it, the stage's. */
  readonly apiVersion?: string;
  /** W3C Trace Context, unchecked. */
  readonly traceparent?: string | undefined;
}

export interface PageInput extends AskedPage {
  readonly imageId: string;
}

const MAX_BODY_BYTES = 256 * 1024;

/** @param id the path's segment. @throws BadRequest */
export function parseProcessInput(event: PartnerEvent, id: string): ProcessInput {
  const imageId = imageIdOf(id);
  return {
    imageId,
    preferences: preferencesOf(bodyTextOf(event, MAX_BODY_BYTES), imageId),
    prefer: parsePrefer(event.headers.prefer, event.partner?.waitSeconds),
    traceparent: event.headers.traceparent,
    ...idempotencyKeyOf(event),
    ...notAfterOf(event.headers['reprocess-not-after']),
    ...apiVersionOf(event.headers['x-api-version']),
  };
}

/** @param id the path's segment. @throws BadRequest */
export function parsePageInput(event: APIGatewayProxyEventV2, id: string): PageInput {
  return { imageId: imageIdOf(id), ...parsePage(event) };
}

export interface PauseInput {
  readonly reason: string;
  /** Epoch ms. */
  readonly until?: number;
}

const MAX_REASON_CHARACTERS = 500;

/** @throws BadRequest */
export function parsePauseInput(event: APIGatewayProxyEventV2, now: number): PauseInput {
  const { reason, until, ...more } = objectOf(bodyTextOf(event, MAX_BODY_BYTES));
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw new BadRequest(400, `the body has reason and until, got also ${shown(unknown)}`);
  if (typeof reason !== 'string' || reason.trim() === '' || reason.length > MAX_REASON_CHARACTERS) {
    throw new BadRequest(
      400,
      `reason must be a text of 1 to ${MAX_REASON_CHARACTERS} characters, got ${shown(reason)}`,
    );
  }
  if (until === undefined || until === null) return { reason: reason.trim() };
  const end = parseNotAfter(until);
  if (end === undefined) throw new BadRequest(400, `until must be ${NOT_AFTER_RULE}, got ${shown(until)}`);
  if (end <= now) throw new BadRequest(400, `until must be in the future, got ${shown(until)}`);
  return { reason: reason.trim(), until: end };
}

function objectOf(body: string): JsonObject {
  const rule = 'a JSON object with reason and, optionally, until';
  const value = bodyOf(body, rule);
  if (isJsonObject(value)) return value;
  throw new BadRequest(400, `the body must be ${rule}, got ${shown(value)}`);
}

function imageIdOf(id: string): string {
  const imageId = parseImageId(id);
  if (imageId !== undefined) return imageId;
  const message = `the image id must be ${IMAGE_ID_RULE}, got ${shown(id)}`;
  throw new BadRequest(422, message, { path: { id: [message] } });
}

function preferencesOf(body: string, imageId: string): Preferences {
  const value = bodyOf(body, 'a JSON object with preferences');
  if (!isJsonObject(value)) throw invalid({ _schema: `preferences must be a JSON object, got ${shown(value)}` });
  const size = byteLength(JSON.stringify(value));
  if (size > MAX_PREFERENCES_BYTES) {
    throw new BadRequest(413, `preferences must be at most ${MAX_PREFERENCES_BYTES} bytes of JSON, got ${size}`);
  }
  refuseMisplaced(value, imageId);
  const parsed = parsePreferences(value);
  if (parsed.ok) return parsed.preferences;
  throw invalid(Object.fromEntries(parsed.problems.map(({ field, message }) => [field, message])));
}

/** In the form of the endpoint's own errors. */
function invalid(messages: Readonly<Record<string, string>>): BadRequest {
  const json = Object.fromEntries(Object.entries(messages).map(([field, message]) => [field, [message]]));
  return new BadRequest(422, 'Validation error', { json });
}

/** Where a member of the queue's message belongs over HTTP. */
const OVER_HTTP: Readonly<Record<BesidePreferences, string>> = {
  preferences:
    "this is the queue's message: over HTTP the body is the content of preferences, and the path has the image id",
  request_id: 'request_id is not a preference: over HTTP it is the header Idempotency-Key',
  not_after: 'not_after is not a preference: over HTTP it is the header Reprocess-Not-After',
  api_version: 'api_version is not a preference: over HTTP it is the header x-api-version',
};

/** The endpoint ignores fields that it does not know, and would enhance the image without them. */
function refuseMisplaced(body: JsonObject, imageId: string): void {
  const remedy = envelopeRemedy(body);
  if (remedy !== undefined) throw invalid({ _schema: `the body must be preferences, and ${remedy}` });
  const messages: Record<string, string> = Object.fromEntries(misplacedIn(body).map((name) => [name, OVER_HTTP[name]]));
  // The endpoint's records have this member, and a caller may send an edited record.
  if (body.image_id !== undefined && parseImageId(body.image_id) !== imageId) {
    messages.image_id = `image_id must be the one in the path, ${imageId}, or be left out, got ${shown(body.image_id)}`;
  }
  if (Object.keys(messages).length > 0) throw invalid(messages);
}

function bodyOf(body: string, rule: string): unknown {
  // The endpoint accepts a call without a body.
  return body.trim() === '' ? {} : jsonOf(body, rule);
}

function notAfterOf(header: string | undefined): { readonly notAfter?: number } {
  if (header === undefined) return {};
  const notAfter = parseNotAfter(header);
  if (notAfter !== undefined) return { notAfter };
  throw new BadRequest(400, `Reprocess-Not-After must be ${NOT_AFTER_RULE}, got ${shown(header)}`);
}

function apiVersionOf(header: string | undefined): { readonly apiVersion?: string } {
  if (header === undefined) return {};
  const apiVersion = parseApiVersion(header);
  if (apiVersion !== undefined) return { apiVersion };
  throw new BadRequest(400, `x-api-version must be ${API_VERSION_RULE}, got ${shown(header)}`);
}

export const REQUEST_STATES = [...LIVES, 'accepted', 'succeeded'] as const;
const SOURCES: readonly Source[] = ['http', 'sqs', 'upload'];

/** What `GET /v3/requests` is to show. @throws BadRequest */
export function parseRequestFilter(event: PartnerEvent): Omit<RequestFilter, 'owners'> {
  const { state, source, image, since } = event.queryStringParameters ?? {};
  const [wantedState, wantedSource] = [oneOf('state', state, REQUEST_STATES), oneOf('source', source, SOURCES)];
  return {
    ...(wantedState !== undefined && { state: wantedState }),
    ...(wantedSource !== undefined && { source: wantedSource }),
    ...codeOf(event),
    ...(image !== undefined && { imageId: imageIdOf(image) }),
    ...(since !== undefined && { since: sinceOf(since) }),
  };
}

function sinceOf(text: string): number {
  const since = /^\d{4}-\d\d-\d\d$/.test(text) ? parseNotAfter(`${text}T00:00:00Z`) : parseNotAfter(text);
  if (since !== undefined) return since;
  throw new BadRequest(400, `since must be a date such as 2026-11-22, or ${NOT_AFTER_RULE}, got ${shown(text)}`);
}

import { escapeForSqs } from '../escape-for-sqs.ts';
import { byteLength, firstBytes, isJsonObject, type JsonObject, MAX_JSON_DEPTH, parseJson, TOO_DEEP } from '../json.ts';
import { isoTimeIfAny } from '../outcome/encode-result.ts';
import type { UnreadableRequest } from '../outcome/outcome.ts';
import type { Delivery } from '../processing/delivery.ts';
import { type TraceSources, traceparentOf } from '../trace.ts';
import { API_VERSION_RULE, parseApiVersion } from './api-version.ts';
import { envelopeRemedy } from './envelopes.ts';
import { resembled } from './field-suggestions.ts';
import { IMAGE_ID_RULE, parseImageId } from './image-id.ts';
import { misplacedIn } from './misplaced.ts';
import { NOT_AFTER_RULE, parseNotAfter } from './not-after.ts';
import { parsePreferences, shown } from './preferences.ts';
import {
  fingerprintOf,
  type ReprocessRequest,
  type Source,
  sqsMessageRequestId,
  sqsRequestId,
} from './reprocess-request.ts';

/** A message as the queue delivers it. */
export interface QueueMessage extends Delivery, TraceSources {
  readonly receiptHandle: string;
  readonly body: string;
  /** SQS's `SenderId`. */
  readonly senderId: string;
}

/** A received message: a request, or what is known of an unreadable one. */
export type Received = Delivery & { readonly receiptHandle: string } & (Understood | NotUnderstood);

interface Understood {
  readonly request: ReprocessRequest;
}
interface NotUnderstood {
  readonly unreadable: UnreadableRequest;
  /** Why it is not valid, for its sender. */
  readonly detail: string;
}

const MEMBERS = [
  ...['image_id', 'preferences', 'request_id', 'not_after', 'api_version', 'file', 'line'],
  ...['batch_id', 'round', 'again_for'],
];
/** The message adds one level around the preferences. */
const MAX_DEPTH = MAX_JSON_DEPTH + 1;
const ORIGINAL_BYTES = 64 * 1024;
const OUR_ID = /^(http|upload):[0-9a-f]{64}$/;
const ANY_ID = /^(http|sqs|upload):[0-9a-f]{64}$/;
const BATCH_ID = /^b_[0-9a-f]{32}$/;
export const MAX_REQUEST_ID_CHARACTERS = 256;
/** The longest key that S3 allows. */
const MAX_FILE_BYTES = 1024;

/** The message is not a valid request. The text is for the sender. */
class InvalidRequest extends Error {}

/** A request as a message body. Partner and time of acceptance are not in it: the worker reads them from the ledger. */
export function encodeRequest(request: Omit<ReprocessRequest, 'fingerprint'>): string {
  const { imageId, preferences, requestId, notAfter, apiVersion, upload, batch, again } = request;
  const content = {
    image_id: imageId,
    preferences,
    request_id: requestId,
    not_after: isoTimeIfAny(notAfter),
    api_version: apiVersion,
    ...upload,
    batch_id: batch?.batchId,
    again_for: again?.requestId,
    round: batch?.round ?? again?.round,
  };
  return escapeForSqs(JSON.stringify(content));
}

export function decodeMessage(message: QueueMessage): Received {
  const { messageId, receiptHandle, groupId, receiveCount, sentAt, body } = message;
  const place = { messageId, receiptHandle, groupId, receiveCount, sentAt };
  try {
    return { ...place, request: decodeRequest(message) };
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error;
    const requestId = sqsMessageRequestId(messageId);
    const traceparent = traceparentOf(message, requestId);
    const head = { requestId, source: 'sqs', acceptedAt: sentAt, traceparent } as const;
    const unreadable = { ...head, original: firstBytes(body, ORIGINAL_BYTES), ...imageOf(body) };
    return { ...place, unreadable, detail: error.message };
  }
}

function decodeRequest(message: QueueMessage): ReprocessRequest {
  const body = parseBody(message.body);
  const imageId = parseImageId(body.image_id);
  if (imageId === undefined) throw new InvalidRequest(`image_id must be ${IMAGE_ID_RULE}, got ${shown(body.image_id)}`);
  // Compared exactly: the requests of one image in two groups would lose their order.
  if (message.groupId !== imageId) {
    const group = `the image id ${imageId}, a UUID in lower case`;
    throw new InvalidRequest(`the message group must be ${group}, got ${shown(message.groupId)}`);
  }
  const parsed = parsePreferences(body.preferences);
  if (!parsed.ok) throw new InvalidRequest(parsed.problems.map((problem) => problem.message).join('; '));
  const { preferences } = parsed;
  const again = parseAgain(body);
  const identity = identify(body.request_id, message, again.again === undefined ? OUR_ID : ANY_ID);
  // Other entry points have checked their requests already.
  if (identity.source === 'sqs') refuseMisplaced(preferences);
  const { apiVersion } = apiVersionOf(body.api_version);
  return {
    ...identity,
    imageId,
    preferences,
    fingerprint: fingerprintOf(imageId, preferences, apiVersion),
    acceptedAt: message.sentAt,
    ...(apiVersion !== undefined && { apiVersion }),
    traceparent: traceparentOf(message, identity.requestId),
    ...notAfterOf(body.not_after),
    ...parseUpload(body),
    // Of the feeder's own messages alone: a sender's line would be counted in a batch that it is no part of.
    ...(identity.source === 'upload' && parseBatch(body)),
    ...again,
  };
}

function parseBody(text: string): JsonObject {
  let body: unknown;
  try {
    body = parseJson(text, MAX_DEPTH);
  } catch (error) {
    const reason = error instanceof RangeError ? TOO_DEEP : `it must be a JSON object, got ${shown(text)}`;
    throw new InvalidRequest(`the message is not a reprocess request: ${reason}`);
  }
  if (!isJsonObject(body)) {
    const hint = typeof body === 'string' ? ': is it JSON within JSON? Encode it once' : '';
    throw new InvalidRequest(`the message must be a JSON object, got ${shown(body)}${hint}`);
  }
  const unknown = Object.keys(body).filter((name) => !MEMBERS.includes(name));
  if (unknown.length > 0) throw new InvalidRequest(refusalOf(body, unknown));
  return body;
}

/** Why a message is refused. @param unknown its members that no request has; every envelope has some */
function refusalOf(body: JsonObject, unknown: readonly string[]): string {
  const remedy = envelopeRemedy(body);
  if (remedy !== undefined) return `the message must be a reprocess request, and ${remedy}`;
  const rule = 'a message has image_id, preferences and, optionally, request_id, not_after and api_version';
  const meant = unknown
    .slice(0, 10)
    .map((name) => resembled(name, MEMBERS))
    .find((member) => member !== undefined);
  const hint = meant === undefined ? 'preferences belong inside preferences' : `did you mean ${meant}?`;
  return `${rule}; got also ${shown(unknown.join(', '))}: ${hint}`;
}

/** An id of our own entry points is used as it is. A sender's own id is hashed with the sender, so that senders cannot collide. */
function identify(
  id: unknown,
  { messageId, senderId }: QueueMessage,
  ourId: RegExp,
): Pick<ReprocessRequest, 'requestId' | 'source' | 'senderRequestId'> {
  if (id === undefined || id === null) return { requestId: sqsMessageRequestId(messageId), source: 'sqs' };
  if (typeof id !== 'string' || id === '' || id.length > MAX_REQUEST_ID_CHARACTERS) {
    const rule = `a string of 1 to ${MAX_REQUEST_ID_CHARACTERS} characters`;
    throw new InvalidRequest(`request_id must be ${rule}, got ${shown(id)}`);
  }
  const ours = ourId.exec(id);
  if (ours !== null) return { requestId: id, source: ours[1] as Source };
  if (/^(http|upload):/.test(id)) {
    throw new InvalidRequest(
      `request_id must not begin with http: or upload:, which this service uses itself, got ${shown(id)}`,
    );
  }
  return { requestId: sqsRequestId(senderId, id), source: 'sqs', senderRequestId: id };
}

function notAfterOf(value: unknown): Pick<ReprocessRequest, 'notAfter'> {
  if (value === undefined || value === null) return {};
  const notAfter = parseNotAfter(value);
  if (notAfter === undefined) throw new InvalidRequest(`not_after must be ${NOT_AFTER_RULE}, got ${shown(value)}`);
  return { notAfter };
}

function apiVersionOf(value: unknown): Pick<ReprocessRequest, 'apiVersion'> {
  if (value === undefined || value === null) return {};
  const apiVersion = parseApiVersion(value);
  if (apiVersion === undefined)
    throw new InvalidRequest(`api_version must be ${API_VERSION_RULE}, got ${shown(value)}`);
  return { apiVersion };
}

/** The endpoint ignores fields that it does not know, and would enhance the image without them. */
function refuseMisplaced(preferences: JsonObject): void {
  const misplaced = misplacedIn(preferences);
  if (misplaced.length === 0) return;
  throw new InvalidRequest(`${misplaced.join(', ')} must be next to image_id in the message, not inside preferences`);
}

function parseUpload({ file, line }: JsonObject): Pick<ReprocessRequest, 'upload'> {
  if (file === undefined && line === undefined) return {};
  const isFile = typeof file === 'string' && byteLength(file) <= MAX_FILE_BYTES;
  if (isFile && Number.isSafeInteger(line) && Number(line) > 0) return { upload: { file, line: Number(line) } };
  const rule = `the line's place in an upload: a key of at most ${MAX_FILE_BYTES} bytes and a line number from 1`;
  throw new InvalidRequest(`file and line must be ${rule}, got ${shown(file)} and ${shown(line)}`);
}

function parseBatch({ batch_id: batchId, round, again_for: first }: JsonObject): Pick<ReprocessRequest, 'batch'> {
  if (first !== undefined || (batchId === undefined && round === undefined)) return {};
  if (typeof batchId === 'string' && BATCH_ID.test(batchId) && isCount(round)) return { batch: { batchId, round } };
  const rule = "the line's batch: b_ with 32 hexadecimal digits, and a round from 1";
  throw new InvalidRequest(`batch_id and round must be ${rule}, got ${shown(batchId)} and ${shown(round)}`);
}

function parseAgain({ again_for: requestId, round }: JsonObject): Pick<ReprocessRequest, 'again'> {
  if (requestId === undefined) return {};
  if (typeof requestId === 'string' && ANY_ID.test(requestId) && isCount(round)) return { again: { requestId, round } };
  const rule = 'the id of a request of this service, and a round from 1';
  throw new InvalidRequest(`again_for and round must be ${rule}, got ${shown(requestId)} and ${shown(round)}`);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

/** The image id of a refused message, if it has a valid one. */
function imageOf(text: string): { readonly imageId?: string } {
  try {
    const body = parseJson(text, MAX_DEPTH);
    const imageId = isJsonObject(body) ? parseImageId(body.image_id) : undefined;
    return imageId === undefined ? {} : { imageId };
  } catch {
    return {};
  }
}

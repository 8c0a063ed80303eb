import type { SQSRecord } from 'aws-lambda';
import { IMAGE_ID_RULE, parseImageId } from '../core/image-id.ts';
import { firstBytes, isJsonObject, type JsonObject, parseJson } from '../core/json.ts';
import type { UnreadableRequest } from '../core/outcome.ts';
import { parsePreferences, shown } from '../core/preferences.ts';
import type { Delivery } from '../core/reprocess-image.ts';
import {
  fingerprintOf,
  type ReprocessRequest,
  type Source,
  sqsMessageRequestId,
  sqsRequestId,
} from '../core/reprocess-request.ts';

/** A received message: a request, or what is known of one that cannot be understood. */
export type Received = Delivery & { readonly receiptHandle: string } & (Understood | NotUnderstood);

interface Understood {
  readonly request: ReprocessRequest;
}
interface NotUnderstood {
  readonly unreadable: UnreadableRequest;
  /** What was wrong, what came, and what is allowed. */
  readonly detail: string;
}

const MEMBERS = ['image_id', 'preferences', 'request_id', 'not_after', 'file', 'line'];
const ORIGINAL_BYTES = 64 * 1024;
const OUR_ID = /^(http|upload):[0-9a-f]{64}$/;
const MAX_REQUEST_ID_CHARACTERS = 256;

/** What makes a message no request. Its text goes to the sender. */
class InvalidRequest extends Error {}

export function parseRecord(record: SQSRecord): Received {
  const { messageId, receiptHandle, attributes } = record;
  const receiveCount = Number(attributes.ApproximateReceiveCount);
  const place = { messageId, receiptHandle, receiveCount, groupId: attributes.MessageGroupId ?? '' };
  const acceptedAt = Number(attributes.SentTimestamp);
  try {
    return { ...place, request: parseRequest(record, place.groupId, acceptedAt) };
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error;
    const requestId = sqsMessageRequestId(messageId);
    const original = firstBytes(record.body, ORIGINAL_BYTES);
    const unreadable = { requestId, source: 'sqs', acceptedAt, original, ...imageOf(record.body) } as const;
    return { ...place, unreadable, detail: error.message };
  }
}

function parseRequest(record: SQSRecord, groupId: string, acceptedAt: number): ReprocessRequest {
  const body = parseBody(record.body);
  const imageId = parseImageId(body.image_id);
  if (imageId === undefined) throw new InvalidRequest(`image_id must be ${IMAGE_ID_RULE}, got ${shown(body.image_id)}`);
  if (parseImageId(groupId) !== imageId) {
    throw new InvalidRequest(`the message group must be the image id ${imageId}, got ${shown(groupId)}`);
  }
  const parsed = parsePreferences(body.preferences);
  if (!parsed.ok) throw new InvalidRequest(parsed.problems.map((problem) => problem.message).join('; '));
  const { preferences } = parsed;
  return {
    ...identify(body.request_id, record),
    imageId,
    preferences,
    fingerprint: fingerprintOf(imageId, preferences),
    acceptedAt,
    ...parseNotAfter(body.not_after),
    ...parseUpload(body),
  };
}

function parseBody(text: string): JsonObject {
  let body: unknown;
  try {
    body = parseJson(text);
  } catch (error) {
    const reason = error instanceof RangeError ? error.message : `it must be a JSON object, got ${shown(text)}`;
    throw new InvalidRequest(`the message is no reprocess request: ${reason}`);
  }
  if (!isJsonObject(body)) throw new InvalidRequest(`the message must be a JSON object, got ${shown(body)}`);
  const unknown = Object.keys(body).filter((name) => !MEMBERS.includes(name));
  if (unknown.length > 0) {
    const rule = 'a message has image_id, preferences and, if wanted, request_id and not_after';
    throw new InvalidRequest(`${rule}, got also ${shown(unknown.join(', '))}: preferences belong inside preferences`);
  }
  return body;
}

/** Ids of our own doors are taken as they come; a sender's own is hashed with its sender, so that two cannot collide. */
function identify(
  id: unknown,
  { messageId, attributes }: SQSRecord,
): { readonly requestId: string; readonly source: Source } {
  if (id === undefined) return { requestId: sqsMessageRequestId(messageId), source: 'sqs' };
  if (typeof id !== 'string' || id === '' || id.length > MAX_REQUEST_ID_CHARACTERS) {
    const rule = `a string of 1 to ${MAX_REQUEST_ID_CHARACTERS} characters`;
    throw new InvalidRequest(`request_id must be ${rule}, got ${shown(id)}`);
  }
  const ours = OUR_ID.exec(id);
  if (ours !== null) return { requestId: id, source: ours[1] as Source };
  if (/^(http|upload):/.test(id)) {
    throw new InvalidRequest(
      `request_id must not begin with http: or upload:, which are this service's, got ${shown(id)}`,
    );
  }
  return { requestId: sqsRequestId(attributes.SenderId, id), source: 'sqs' };
}

const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

function parseNotAfter(value: unknown): { readonly notAfter?: number } {
  if (value === undefined || value === null) return {};
  const notAfter = typeof value === 'string' && ISO_8601.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(notAfter)) {
    const rule = 'an ISO 8601 date and time with an offset, such as 2026-11-22T10:00:00Z';
    throw new InvalidRequest(`not_after must be ${rule}, got ${shown(value)}`);
  }
  return { notAfter };
}

function parseUpload({ file, line }: JsonObject): Pick<ReprocessRequest, 'upload'> {
  return typeof file === 'string' && typeof line === 'number' ? { upload: { file, line } } : {};
}

/** The image that a refused message meant, where it says so. */
function imageOf(text: string): { readonly imageId?: string } {
  try {
    const body = parseJson(text);
    const imageId = isJsonObject(body) ? parseImageId(body.image_id) : undefined;
    return imageId === undefined ? {} : { imageId };
  } catch {
    return {};
  }
}

/** A batch's messages by group, each group in the order in which it came. */
export function byGroup(messages: readonly Received[]): readonly (readonly Received[])[] {
  return [...Map.groupBy(messages, ({ groupId }) => groupId).values()];
}

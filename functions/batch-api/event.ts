import type { BatchState } from '../core/batch/batch.ts';
import { contentOfImages, contentOfRequests, MAX_MADE_BYTES } from '../core/batch/creating/list-content.ts';
import type { RequestFormat } from '../core/batch/creating/request-files.ts';
import { fingerprintOfParts } from '../core/batch/fingerprint.ts';
import { formatOf, isTemporary } from '../core/batch/reading/file-names.ts';
import type { LineFilter } from '../core/batch/results/line-pages.ts';
import { ROW_STATES } from '../core/batch/results/line-row.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { shown } from '../core/request/preferences.ts';
import { BadRequest } from '../lambda/bad-request.ts';
import { batchNameOf, flagOf, preferencesOf } from '../lambda/batch-input.ts';
import { idempotencyKeyOf } from '../lambda/call-headers.ts';
import { NOT_UTF_8, readBytes } from '../lambda/http.ts';
import { jsonOf, refuseUnknown } from '../lambda/json-body.ts';
import { codeOf, oneOf } from '../lambda/page.ts';
import type { PartnerEvent } from '../lambda/partner-authentication.ts';
import { ACCEPTED_TYPES, bodyKindOf } from './content-type.ts';

/** A batch that is handed over with its requests. */
export interface ContentInput {
  readonly kind: 'content';
  readonly name: string;
  readonly format: RequestFormat;
  readonly content: Uint8Array;
  readonly fingerprint: string;
  readonly isDryRun: boolean;
  readonly idempotencyKey?: string;
}

/** A batch whose file is uploaded later. */
export interface UploadInput {
  readonly kind: 'upload';
  readonly name: string;
  readonly format: RequestFormat;
  readonly fingerprint: string;
  readonly idempotencyKey?: string;
}

/** Lambda takes no call of more than 6 MB, and JSON or Base64 around a body takes its share. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024;

const UPLOAD_ADVICE =
  ': for a larger file send {"upload": {"file_name": "requests.csv"}} as application/json, and PUT the file to the URL that comes back';

/** @throws BadRequest */
export function parseNewBatch(event: PartnerEvent): ContentInput | UploadInput {
  const read = readBytes(event, MAX_BODY_BYTES, UPLOAD_ADVICE);
  if ('refusal' in read) throw new BadRequest(read.refusal.status, read.refusal.detail);
  if (read.isDoubtful) throw new BadRequest(400, NOT_UTF_8_TEXT);
  const { name } = event.queryStringParameters ?? {};
  const kind = bodyKindOf(event.headers['content-type'], name);
  const common = { ...idempotencyKeyOf(event), isDryRun: flagOf(event, 'dry_run') };
  if (kind === 'json') return inputOfJson(jsonValueOf(read.bytes), name, common);
  if (read.bytes.length === 0) throw new BadRequest(400, `the body is empty: it must hold ${ACCEPTED_TYPES}`);
  return contentInput(read.bytes, kind, batchNameOf(name) ?? `requests.${kind}`, common);
}

const NOT_UTF_8_TEXT =
  'the body must be text in UTF-8, got other bytes: encode it as UTF-8, or send it as application/octet-stream with ?name=requests.csv';

type Common = Pick<ContentInput, 'isDryRun' | 'idempotencyKey'>;

function contentInput(content: Uint8Array, format: RequestFormat, name: string, common: Common): ContentInput {
  return { kind: 'content', name, format, content, fingerprint: fingerprintOfParts(format, content), ...common };
}

const SHAPES =
  'an array of requests, {"image_ids": [...], "preferences": {...}}, or {"upload": {"file_name": "..."}} for a file that is too long for a call';

function jsonValueOf(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  if (text.includes('\uFFFD')) throw new BadRequest(400, NOT_UTF_8);
  const hint = ': one request a line has the Content-Type application/x-ndjson, a CSV file text/csv';
  return jsonOf(text, `JSON, ${SHAPES}`, hint);
}

function inputOfJson(value: unknown, queryName: string | undefined, common: Common): ContentInput | UploadInput {
  if (Array.isArray(value)) {
    if (value.length === 0) throw new BadRequest(422, 'the array is empty: it must hold at least one request');
    if (value.every(Array.isArray)) throw new BadRequest(422, ARRAYS_IN_ARRAY);
    return contentInput(made(contentOfRequests(value)), 'ndjson', batchNameOf(queryName) ?? counted(value), common);
  }
  if (isJsonObject(value) && Object.hasOwn(value, 'upload')) return uploadInput(value, queryName, common);
  if (isJsonObject(value) && Object.hasOwn(value, 'image_ids')) return imagesInput(value, queryName, common);
  const isSingle = isJsonObject(value) && Object.hasOwn(value, 'image_id');
  const hint = isSingle ? ': this is one request; put it into an array, or call POST /v3/images/{id}/process' : '';
  throw new BadRequest(422, `the body must be ${SHAPES}, got ${shown(value)}${hint}`);
}

const ARRAYS_IN_ARRAY =
  'the array must hold requests, each a JSON object, got arrays in it: send all requests as one array';

const counted = ({ length }: readonly unknown[]) => (length === 1 ? '1 image' : `${length} images`);

function made(content: Uint8Array | undefined): Uint8Array {
  if (content !== undefined) return content;
  const rule = `the requests must be at most ${MAX_MADE_BYTES} bytes as one request a line`;
  throw new BadRequest(413, `${rule}${UPLOAD_ADVICE}`);
}

function imagesInput(value: JsonObject, queryName: string | undefined, common: Common): ContentInput {
  refuseOthers(value, ['image_ids', 'preferences', 'not_after', 'api_version', 'name']);
  const { image_ids: imageIds, preferences, not_after: notAfter, api_version: apiVersion, name } = value;
  if (!Array.isArray(imageIds) || imageIds.length === 0) {
    throw new BadRequest(422, `image_ids must be an array of at least one image id, got ${shown(imageIds)}`);
  }
  const shared = { preferences: preferencesOf(preferences), notAfter, apiVersion };
  const content = made(contentOfImages(imageIds, shared));
  return contentInput(content, 'ndjson', batchNameOf(name ?? queryName) ?? counted(imageIds), common);
}

function uploadInput(value: JsonObject, queryName: string | undefined, { isDryRun, ...common }: Common): UploadInput {
  refuseOthers(value, ['upload', 'name']);
  if (isDryRun) {
    throw new BadRequest(
      400,
      'dry_run needs the requests in the call: a file that is uploaded is checked when it comes',
    );
  }
  const { upload, name } = value;
  const rule = 'upload must be an object with the string file_name';
  if (!isJsonObject(upload)) throw new BadRequest(422, `${rule}, got ${shown(upload)}`);
  refuseOthers(upload, ['file_name'], 'upload');
  const { file_name: fileName } = upload;
  if (typeof fileName !== 'string') throw new BadRequest(422, `${rule}, got the file_name ${shown(fileName)}`);
  const given = batchNameOf(fileName, 'file_name') ?? '';
  const format = formatOf(given);
  if ('advice' in format) throw new BadRequest(422, format.advice);
  if (isTemporary(given)) {
    throw new BadRequest(422, `file_name must not be that of a hidden or temporary file, got ${shown(given)}`);
  }
  return {
    kind: 'upload',
    name: batchNameOf(name ?? queryName) ?? given,
    format: format.name,
    fingerprint: fingerprintOfParts('upload', given),
    ...common,
  };
}

const refuseOthers = (value: JsonObject, known: readonly string[], what = 'the body') =>
  refuseUnknown(value, known, `${what} may have ${known.join(', ')}`);

export const BATCH_STATES = [
  'checking',
  'running',
  'paused',
  'finished',
  'cancelled',
  'refused',
] as const satisfies BatchState[];

/** `?state=` of a list of batches. @throws BadRequest */
export function parseState({ queryStringParameters }: PartnerEvent): { readonly state?: BatchState } {
  const state = oneOf('state', queryStringParameters?.state, BATCH_STATES);
  return state === undefined ? {} : { state };
}

/** `?state=` and `?code=` of a batch's lines. @throws BadRequest */
export function parseLineFilter(event: PartnerEvent): LineFilter {
  const state = oneOf('state', event.queryStringParameters?.state, ROW_STATES);
  return { ...(state !== undefined && { state }), ...codeOf(event) };
}

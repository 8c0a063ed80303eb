import * as z from 'zod';
import { isJsonObject, parseJson } from '../../../../functions/core/json.ts';
import type { LedgerItem } from '../../../../functions/core/ports.ts';
import { parsePreferences } from '../../../../functions/core/request/preferences.ts';
import { fingerprintOf, type ReprocessRequest } from '../../../../functions/core/request/reprocess-request.ts';
import { lifeOfItem } from '../../../../functions/core/request/retry-request.ts';

/** A request that failed, as the ledger or its event tells of it. */
export interface FailedRequest {
  /** Of its outcome: tells it from every other, also from the one whose id it was refused under. */
  readonly eventId: string;
  readonly request: ReprocessRequest;
}

/** It cannot be sent again; the message says why. */
export class NotResubmittable extends Error {
  override readonly name = 'NotResubmittable';
}

/** @throws NotResubmittable when it has not failed */
export function failedInLedger(item: LedgerItem | undefined): FailedRequest {
  if (item === undefined) {
    throw new NotResubmittable('the ledger has no such request, since it forgets after 14 days: hand over its event');
  }
  const life = lifeOfItem(item);
  if (life !== 'failed') throw new NotResubmittable(`it is ${life}, and only what failed is sent again`);
  return { eventId: `${item.requestId}.failed`, request: item };
}

const event = z.object({
  id: z.string().regex(/^(http|sqs|upload):[0-9a-f]{64}\.(failed|reused\.[\w-]{1,80})$/),
  type: z.literal('reprocess.failed'),
  source: z.string(),
  data: z.object({
    request: z.object({
      request_id: z.string(),
      image_id: z.string().optional(),
      preferences: z.custom<Readonly<Record<string, unknown>>>(isJsonObject).optional(),
      source: z.enum(['http', 'sqs', 'upload']),
      partner: z.string().optional(),
      api_version: z.string().optional(),
      accepted_at: z.iso.datetime(),
      file: z.string().optional(),
      line: z.int().positive().optional(),
    }),
  }),
});

/**
 * @param text the JSON of a reprocess.failed event
 * @throws NotResubmittable when it is none of this stage, or tells of what was no request
 */
export function failedInEvent(text: string, stage: string): FailedRequest {
  const { id, source, data } = parseEvent(text);
  if (source !== `reprocess/${stage}`) {
    throw new NotResubmittable(`the event must come from reprocess/${stage}, got ${source}`);
  }
  const { request_id: requestId, image_id: imageId, preferences: given, file, line, ...rest } = data.request;
  const { api_version: apiVersion } = rest;
  const parsed = parsePreferences(given);
  if (imageId === undefined || given === undefined || !parsed.ok) {
    throw new NotResubmittable('it could not be understood when it came: whoever sent it has to repair and send it');
  }
  const { preferences } = parsed;
  const request = {
    requestId,
    imageId,
    preferences,
    fingerprint: fingerprintOf(imageId, preferences, apiVersion),
    source: rest.source,
    acceptedAt: Date.parse(rest.accepted_at),
    ...(rest.partner !== undefined && { partner: rest.partner }),
    ...(apiVersion !== undefined && { apiVersion }),
    ...(file !== undefined && line !== undefined && { upload: { file, line } }),
  };
  return { eventId: id, request };
}

function parseEvent(text: string): z.output<typeof event> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw new NotResubmittable('the line must be a request id or the JSON of a reprocess.failed event');
  }
  const parsed = event.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new NotResubmittable(`the line must be a reprocess.failed event: ${problems.join('; ')}`);
}

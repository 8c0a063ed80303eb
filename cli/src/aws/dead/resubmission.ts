import { createHash } from 'node:crypto';
import { httpRequestId, type ReprocessRequest } from '../../../../functions/core/request/reprocess-request.ts';
import type { FailedRequest } from './failed-request.ts';

/**
 * The same wish as a new request, through the entry point of the first one: its partner can read it, and an upload's events name the
 * file and line. The id follows from the failed request's, so that to resubmit twice is to send once. A time after which it
 * is no longer wanted is left out: it has most likely passed.
 */
export function resubmissionOf({ eventId, request }: FailedRequest, acceptedAt: number): ReprocessRequest {
  // No space in it, and at most 128 characters: it is the queue's deduplication id as well.
  const name = `resubmit/${eventId}`;
  const { imageId, preferences, apiVersion, fingerprint, partner, upload } = request;
  const wish = { imageId, preferences, fingerprint, acceptedAt, ...(apiVersion !== undefined && { apiVersion }) };
  if (request.source === 'http' && partner !== undefined) {
    return { ...wish, source: 'http', partner, requestId: httpRequestId(partner, name) };
  }
  if (request.source === 'upload' && upload !== undefined) {
    return {
      ...wish,
      source: 'upload',
      upload,
      requestId: `upload:${createHash('sha256').update(name).digest('hex')}`,
    };
  }
  // The worker hashes it with its sender, as it does with every sender's own id.
  return { ...wish, source: 'sqs', requestId: name };
}

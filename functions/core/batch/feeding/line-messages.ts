import { byteLength } from '../../json.ts';
import { failure } from '../../outcome/failure.ts';
import type { OutcomeEvent, UnreadableRequest } from '../../outcome/outcome.ts';
import { fingerprintOf, type ReprocessRequest, uploadRequestId } from '../../request/reprocess-request.ts';
import { encodeRequest } from '../../request/request-message.ts';
import type { QueuedRequest } from '../ports.ts';
import type { LineRequest, Refusal } from '../reading/parsed-line.ts';
import { fileIdOf, traceparentOf, type Upload } from '../upload.ts';

/** Whose line it is; nothing for an image that was uploaded singly. */
export interface LineOwner {
  readonly batchId?: string;
  readonly partner?: string;
}

/** What a line asks for, as its first request. @param acceptedAt epoch ms */
export function toLineRequest(
  upload: Upload,
  line: number,
  asked: LineRequest,
  acceptedAt: number,
  { batchId, partner }: LineOwner = {},
): ReprocessRequest {
  return {
    ...asked,
    requestId: requestIdOf(upload, line),
    fingerprint: fingerprintOf(asked.imageId, asked.preferences, asked.apiVersion),
    source: 'upload',
    acceptedAt,
    upload: { file: upload.key, line },
    traceparent: traceparentOf(upload),
    ...(batchId !== undefined && { batch: { batchId, round: 1 } }),
    ...(partner !== undefined && { partner }),
  };
}

/** A line's request as the queue takes it. */
export function toQueuedRequest(request: ReprocessRequest): QueuedRequest {
  const { requestId, imageId, traceparent = '' } = request;
  return { requestId, imageId, body: encodeRequest(request), traceparent };
}

/**
 * What is announced of a line that is no request.
 * @param at epoch ms; the same one when it is announced again
 */
export function toRefusalEvent(upload: Upload, line: number, refusal: Refusal, at: number): OutcomeEvent {
  const { detail, imageId, original } = refusal;
  const request: UnreadableRequest = {
    requestId: requestIdOf(upload, line),
    source: 'upload',
    acceptedAt: at,
    original,
    upload: { file: upload.key, line },
    traceparent: traceparentOf(upload),
    ...(imageId !== undefined && { imageId }),
  };
  const error = failure('invalid_request', detail);
  const outcome = { kind: 'failed', error, attempts: 0, warnings: [], at } as const;
  return { id: `${request.requestId}.failed`, groupId: imageId ?? fileIdOf(upload), request, outcome };
}

/** What SQS counts of a request's message: its body, and its attribute's name, type and value. */
export function sizeOnQueue({ body, traceparent }: QueuedRequest): number {
  return byteLength(body) + byteLength(`traceparentString${traceparent}`);
}

/** About what a refusal holds in memory. */
export function sizeOf({ original }: Refusal): number {
  return byteLength(original);
}

function requestIdOf({ bucket, key, version }: Upload, line: number): string {
  return uploadRequestId(bucket, key, version, line);
}

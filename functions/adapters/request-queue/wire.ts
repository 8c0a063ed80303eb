import type { ReprocessRequest } from '../../core/reprocess-request.ts';
import { sendable } from '../../core/sendable.ts';

/** A request as one message; the worker reads partner and time of acceptance from the ledger, not from here. */
export function encodeRequest(request: ReprocessRequest): string {
  const { imageId, preferences, requestId, notAfter, upload } = request;
  return sendable(
    JSON.stringify({
      image_id: imageId,
      preferences,
      request_id: requestId,
      ...(notAfter !== undefined && { not_after: new Date(notAfter).toISOString() }),
      ...upload,
    }),
  );
}

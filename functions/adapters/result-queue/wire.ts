import type { OutcomeEvent } from '../../core/outcome.ts';
import { sendable } from '../../core/sendable.ts';
import { encodeResult, isoTime, isoTimeIfAny } from '../../core/wire.ts';

/** An outcome as a CloudEvent 1.0 in structured JSON. @param stage the deployed copy it comes from */
export function encodeEvent({ id, groupId, request, outcome }: OutcomeEvent, stage: string): string {
  const { attempts, warnings } = outcome;
  return sendable(
    JSON.stringify({
      specversion: '1.0',
      id,
      type: `reprocess.${outcome.kind}`,
      source: `reprocess/${stage}`,
      subject: request.imageId ?? groupId,
      time: isoTime(outcome.at),
      datacontenttype: 'application/json',
      data: { request: encodeRequest(request), ...encodeResult(outcome), attempts, warnings },
    }),
  );
}

function encodeRequest(request: OutcomeEvent['request']) {
  const { requestId, imageId, source, acceptedAt, upload } = request;
  const content =
    'original' in request
      ? { original: request.original }
      : { preferences: request.preferences, partner: request.partner, not_after: isoTimeIfAny(request.notAfter) };
  return { request_id: requestId, image_id: imageId, ...content, source, accepted_at: isoTime(acceptedAt), ...upload };
}

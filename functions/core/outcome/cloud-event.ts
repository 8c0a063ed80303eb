import type { ImageEvent } from '../completion/image-event.ts';
import { escapeForSqs } from '../escape-for-sqs.ts';
import type { JsonObject } from '../json.ts';
import { encodeResult, isoTime, isoTimeIfAny } from './encode-result.ts';
import type { OutcomeEvent } from './outcome.ts';

/** Encodes an event as a CloudEvent 1.0 in structured JSON. */
export function encodeEvent(event: OutcomeEvent | ImageEvent, stage: string): string {
  const { type, subject, at, traceparent, data } = 'outcome' in event ? outcomeFacts(event) : imageFacts(event);
  return escapeForSqs(
    JSON.stringify({
      specversion: '1.0',
      id: event.id,
      type,
      source: `reprocess/${stage}`,
      subject,
      time: isoTime(at),
      datacontenttype: 'application/json',
      // CloudEvents' extension "distributed tracing".
      traceparent,
      data,
    }),
  );
}

function outcomeFacts({ groupId, request, outcome }: OutcomeEvent) {
  const { attempts, warnings } = outcome;
  return {
    type: `reprocess.${outcome.kind}`,
    subject: request.imageId ?? groupId,
    at: outcome.at,
    traceparent: request.traceparent,
    data: { request: encodeRequest(request), ...encodeResult(outcome), attempts, warnings },
  };
}

function imageFacts({ type, groupId, at, body, findings }: ImageEvent) {
  if (findings === undefined) return { type, subject: groupId, at, traceparent: undefined, data: body };
  const { request, image, confirmed, warnings } = findings;
  // Our members replace the webhook's members of the same name, even with undefined, so that readers cannot confuse them.
  const ours = { request: request && { ...encodeRequest(request), ...ambiguity(request) }, image, confirmed, warnings };
  const { traceparent } = request ?? {};
  return { type, subject: groupId, at, traceparent, data: { ...(body as JsonObject), ...ours } };
}

function ambiguity({ isAmbiguous }: { readonly isAmbiguous: boolean }): { readonly ambiguous?: true } {
  return isAmbiguous ? { ambiguous: true } : {};
}

function encodeRequest(request: OutcomeEvent['request']) {
  const { requestId, imageId, source, acceptedAt, upload } = request;
  const content =
    'original' in request
      ? { original: request.original }
      : {
          preferences: request.preferences,
          sender_request_id: request.senderRequestId,
          partner: request.partner,
          not_after: isoTimeIfAny(request.notAfter),
          api_version: request.apiVersion,
          again_for: request.again?.requestId,
        };
  return { request_id: requestId, image_id: imageId, ...content, source, accepted_at: isoTime(acceptedAt), ...upload };
}

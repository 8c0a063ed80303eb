import type { BatchEvent } from '../batch/batch-event.ts';
import type { ImageEvent } from '../completion/image-event.ts';
import { escapeForSqs } from '../escape-for-sqs.ts';
import type { JsonObject } from '../json.ts';
import { encodeResult, isoTime, isoTimeIfAny } from './encode-result.ts';
import type { OutcomeEvent } from './outcome.ts';

/** Encodes an event as a CloudEvent 1.0 in structured JSON. */
export function encodeEvent(event: OutcomeEvent | ImageEvent | BatchEvent, stage: string): string {
  const { type, subject, at, traceparent, data } = factsOf(event);
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

function factsOf(event: OutcomeEvent | ImageEvent | BatchEvent) {
  if ('outcome' in event) return outcomeFacts(event);
  return 'batch' in event ? batchFacts(event) : imageFacts(event);
}

function batchFacts({ groupId, at, batch, counts, state, resultsKey }: BatchEvent) {
  const { batchId, name, source, partner, file, createdAt, startedAt, finishedAt, retryOf } = batch;
  const data = {
    batch_id: batchId,
    name,
    source,
    partner,
    state,
    counts,
    created_at: isoTime(createdAt),
    started_at: isoTimeIfAny(startedAt),
    finished_at: isoTimeIfAny(finishedAt),
    retry_of: retryOf,
    file: file.key,
    results_file: resultsKey,
  };
  return { type: 'batch.finished', subject: groupId, at, traceparent: undefined, data };
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

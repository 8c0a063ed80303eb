import type { BatchEvent } from '../batch/batch-event.ts';
import type { CallbackEvent } from '../callback/ports.ts';
import type { ImageEvent } from '../completion/image-event.ts';
import { escapeForSqs } from '../escape-for-sqs.ts';
import type { JsonObject } from '../json.ts';
import { encodeResult, isoTime, isoTimeIfAny } from './encode-result.ts';
import type { ServiceEvent } from './events.ts';
import type { OutcomeEvent } from './outcome.ts';

interface CloudEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  /** Epoch ms. */
  readonly at: number;
  readonly traceparent?: string | undefined;
  readonly data: unknown;
}

export function encodeEvent(event: ServiceEvent, stage: string): string {
  return encodeCloudEvent({ id: event.id, type: typeOf(event), ...factsOf(event) }, stage);
}

/** Encodes a CloudEvent 1.0 in structured JSON. */
export function encodeCloudEvent({ id, type, subject, at, traceparent, data }: CloudEvent, stage: string): string {
  return escapeForSqs(
    JSON.stringify({
      specversion: '1.0',
      id,
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

/** An event's CloudEvents type. */
export function typeOf(event: ServiceEvent): string {
  if ('outcome' in event) return `reprocess.${event.outcome.kind}`;
  return 'batch' in event ? 'batch.finished' : event.type;
}

function factsOf(event: ServiceEvent) {
  if ('outcome' in event) return outcomeFacts(event);
  if ('callback' in event) return callbackFacts(event);
  return 'batch' in event ? batchFacts(event) : imageFacts(event);
}

function callbackFacts({ at, callback }: CallbackEvent) {
  const { partner, origin, failingSince, detail } = callback;
  const data = { partner, origin, failing_since: isoTimeIfAny(failingSince), detail };
  return { subject: partner, at, traceparent: undefined, data };
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
  return { subject: groupId, at, traceparent: undefined, data };
}

function outcomeFacts({ groupId, request, outcome }: OutcomeEvent) {
  const { attempts, warnings } = outcome;
  return {
    subject: request.imageId ?? groupId,
    at: outcome.at,
    traceparent: request.traceparent,
    data: { request: encodeRequest(request), ...encodeResult(outcome), attempts, warnings },
  };
}

function imageFacts({ groupId, at, body, findings }: ImageEvent) {
  if (findings === undefined) return { subject: groupId, at, traceparent: undefined, data: body };
  const { request, image, confirmed, warnings } = findings;
  // Our members replace the webhook's members of the same name, even with undefined, so that readers cannot confuse them.
  const ours = { request: request && { ...encodeRequest(request), ...ambiguity(request) }, image, confirmed, warnings };
  const { traceparent } = request ?? {};
  return { subject: groupId, at, traceparent, data: { ...(body as JsonObject), ...ours } };
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

import type { ReprocessRequest } from '../request/reprocess-request.ts';

/** Why a request failed for good. */
export type FailureCode =
  | 'invalid_request'
  | 'request_id_reused'
  | 'not_found'
  | 'invalid_preferences'
  | 'refused'
  | 'gave_up'
  | 'expired'
  | 'internal';

export interface OutcomeError {
  readonly code: FailureCode;
  readonly title: string;
  readonly detail: string;
  /** HTTP status of the endpoint's last response, if there was one. */
  readonly status?: number;
  /** The text of the endpoint's last response, JSON or not. */
  readonly endpoint?: string;
  /** True when the response to a call was lost: the endpoint may have started an enhancement. */
  readonly mayHaveActed?: true;
}

interface OutcomeFacts {
  /** Calls begun. */
  readonly attempts: number;
  readonly warnings: readonly string[];
  /** Epoch ms at which it became known. The same in an event that is published again. */
  readonly at: number;
}

export interface Succeeded extends OutcomeFacts {
  readonly kind: 'succeeded';
  /** The endpoint's JSON text, unchanged, at most 256 KiB; null when it could not be read. */
  readonly response: string | null;
}

export interface Failed extends OutcomeFacts {
  readonly kind: 'failed';
  readonly error: OutcomeError;
}

/** The final result of a request. Every request has exactly one. */
export type Outcome = Succeeded | Failed;

/** A message that is not a valid request: enough of it for the sender to recognise it. */
export interface UnreadableRequest
  extends Pick<ReprocessRequest, 'requestId' | 'source' | 'acceptedAt'>,
    Partial<Pick<ReprocessRequest, 'imageId' | 'upload' | 'traceparent'>> {
  /** The first 64 KiB of the message. */
  readonly original: string;
}

/** An outcome as it is published. */
export interface OutcomeEvent {
  /** Derived from the request id, so that consumers recognise an event that is published again. */
  readonly id: string;
  /** The image id; for a message without one, the message's own group. */
  readonly groupId: string;
  readonly request: ReprocessRequest | UnreadableRequest;
  readonly outcome: Outcome;
}

export function outcomeEventId(requestId: string, { kind }: Outcome): string {
  return `${requestId}.${kind}`;
}

export function outcomeEvent(request: ReprocessRequest, outcome: Outcome): OutcomeEvent {
  return { id: outcomeEventId(request.requestId, outcome), groupId: request.imageId, request, outcome };
}

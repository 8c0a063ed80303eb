import type { ReprocessRequest } from '../request/reprocess-request.ts';

/** Why a request will not be tried again. */
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
  /** HTTP status of the endpoint's last response, where one came. */
  readonly status?: number;
  /** The endpoint's last response: its JSON text as it came, or, when it was no JSON, its text. */
  readonly endpoint?: string;
  /** True when a call was sent whose response never came: the endpoint may have started an enhancement all the same. */
  readonly mayHaveActed?: true;
}

interface OutcomeFacts {
  /** Calls begun, from 1; 0 where none was. */
  readonly attempts: number;
  readonly warnings: readonly string[];
  /** Epoch ms at which it became known; a repeated event carries the same time. */
  readonly at: number;
}

export interface Succeeded extends OutcomeFacts {
  readonly kind: 'succeeded';
  /** The endpoint's JSON text as it came, at most 256 KiB; null when it could not be read. */
  readonly response: string | null;
}

export interface Failed extends OutcomeFacts {
  readonly kind: 'failed';
  readonly error: OutcomeError;
}

/** What became of a request: a request ends in exactly one. */
export type Outcome = Succeeded | Failed;

/** What is known of a message that is no request: enough for its sender to recognise it. */
export interface UnreadableRequest
  extends Pick<ReprocessRequest, 'requestId' | 'source' | 'acceptedAt'>,
    Partial<Pick<ReprocessRequest, 'imageId' | 'upload' | 'traceparent'>> {
  /** The first 64 KiB of what came. */
  readonly original: string;
}

/** An outcome as it is announced. */
export interface OutcomeEvent {
  /** Derived from the request id, so that a repeated event is recognised as one. */
  readonly id: string;
  /** The image id; for a message that names none, the group it came in. */
  readonly groupId: string;
  readonly request: ReprocessRequest | UnreadableRequest;
  readonly outcome: Outcome;
}

export function outcomeEvent(request: ReprocessRequest, outcome: Outcome): OutcomeEvent {
  return { id: `${request.requestId}.${outcome.kind}`, groupId: request.imageId, request, outcome };
}

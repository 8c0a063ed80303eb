/**
 * How far a call without a 2xx response got:
 * - `not_sent`: it did not reach the endpoint, which cannot have acted
 * - `refused`: the endpoint answered, and did not act
 * - `may_have_acted`: the request was sent, and no response of the application came back
 */
export type Reach = 'not_sent' | 'refused' | 'may_have_acted';

/** A response other than 2xx. */
export interface Refusal {
  readonly status: number;
  /** The response's body, unchanged (at most 256 KiB). */
  readonly response: string;
  readonly retryAfterMs?: number;
}

/** Why a call to the endpoint failed. Callers branch on these fields, never on the text. No field contains the key. */
export abstract class ProcessError extends Error {
  abstract readonly code: string;
  abstract readonly reach: Reach;
  /** Whether the same call may succeed later without a change to the request. */
  abstract readonly retryable: boolean;
  /** Whether the account has to be repaired (wrong key, unpaid bill). No request may fail because of that. */
  readonly accountFault: boolean = false;
  /** The endpoint's response, if there was one. */
  readonly refusal: Refusal | undefined;

  constructor(message: string, { cause, refusal }: { readonly cause?: unknown; readonly refusal?: Refusal } = {}) {
    super(message, { cause });
    this.refusal = refusal;
  }
}

/** No connection: the name was not resolved, the connection was refused, TLS failed, or the connect timeout passed. */
export class EndpointNotReached extends ProcessError {
  override readonly name = 'EndpointNotReached';
  readonly code = 'endpoint_not_reached';
  readonly reach = 'not_sent';
  readonly retryable = true;
}

/** The time left was too short to begin a call, or the invocation ended before it began. */
export class CallNotStarted extends ProcessError {
  override readonly name = 'CallNotStarted';
  readonly code = 'call_not_started';
  readonly reach = 'not_sent';
  readonly retryable = true;
}

/** The request was sent, and the attempt timeout or the deadline passed before a status came. */
export class ResponseTimedOut extends ProcessError {
  override readonly name = 'ResponseTimedOut';
  readonly code = 'answer_timed_out';
  readonly reach = 'may_have_acted';
  readonly retryable = true;
}

/** The connection broke after the request was sent and before a status came. */
export class ConnectionLost extends ProcessError {
  override readonly name = 'ConnectionLost';
  readonly code = 'connection_lost';
  readonly reach = 'may_have_acted';
  readonly retryable = true;
}

/** The key could not be read: the secret was never filled, or Secrets Manager is unavailable and no key is in memory. */
export class ApiKeyUnavailable extends ProcessError {
  override readonly name = 'ApiKeyUnavailable';
  readonly code = 'api_key_unavailable';
  readonly reach = 'not_sent';
  readonly retryable = true;
  override readonly accountFault = true;
}

abstract class ErrorResponse extends ProcessError {
  readonly reach: Reach = 'refused';
  declare readonly refusal: Refusal;

  constructor(message: string, refusal: Refusal) {
    super(message, { refusal });
  }
}

/** Refused because of the account's key or bill, whatever the request. */
export class AccountRefused extends ErrorResponse {
  override readonly name = 'AccountRefused';
  readonly code = 'account_refused';
  readonly retryable = true;
  override readonly accountFault = true;
}

/** Refused for now. */
export class RefusedForNow extends ErrorResponse {
  override readonly name = 'RefusedForNow';
  readonly code = 'refused_for_now';
  readonly retryable = true;
}

/** Refused by the application itself, with an error that no retry can change. */
export class RefusedForGood extends ErrorResponse {
  override readonly name = 'RefusedForGood';
  readonly code = 'refused_for_good';
  readonly retryable = false;
}

/** A gateway passed the request on and got no valid response: the endpoint may have acted. */
export class GatewayFailed extends ErrorResponse {
  override readonly name = 'GatewayFailed';
  readonly code = 'gateway_failed';
  override readonly reach = 'may_have_acted';
  readonly retryable = true;
}

/** A part of AWS (ledger, queue, secret) could not be used. Nothing is known to be wrong with the request. */
export class DependencyUnavailable extends Error {
  override readonly name = 'DependencyUnavailable';
  readonly code = 'dependency_unavailable';
  readonly retryable = true;
  readonly dependency:
    | 'ledger'
    | 'request queue'
    | 'result queue'
    | 'callback queue'
    | 'secret'
    | 'uploads bucket'
    | 'event bus';

  constructor(dependency: DependencyUnavailable['dependency'], cause: unknown) {
    super(`the ${dependency} could not be used`, { cause });
    this.dependency = dependency;
  }
}

/** A list's cursor that this service did not create. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
  readonly code = 'invalid_cursor';
  readonly retryable = false;
}

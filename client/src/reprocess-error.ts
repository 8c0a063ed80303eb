import type { FailureCode } from './contract.ts';

/** The service's own code, or `http_404` and its like for a response without one. */
export type ErrorCode =
  | FailureCode
  | `http_${number}`
  | 'not_reached'
  | 'timed_out'
  | 'too_large'
  | 'unreadable_response'
  | (string & {});

export interface ErrorFacts {
  /** Of the HTTP response; undefined when none came. */
  readonly status?: number | undefined;
  /** What was called, such as `GET /v3/batches/{batch_id}`; undefined for a file's own URL. */
  readonly route?: string | undefined;
  /** Branch on it. */
  readonly code: ErrorCode;
  /** For people: what was wrong, what came, what is allowed, what to do. */
  readonly detail: string;
  /** The request's id, when the service had accepted it. */
  readonly requestId?: string | undefined;
  /** Whether the call may have had its effect although no answer says so. Repeat it under the same `idempotencyKey`. */
  readonly mayHaveActed?: boolean | undefined;
  /** Seconds to wait before the next call, when the service said so. */
  readonly retryAfter?: number | undefined;
  /** The key that the call was made under. */
  readonly idempotencyKey?: string | undefined;
  /** The response's body: JSON, or its text when it was not JSON. */
  readonly body?: unknown;
}

/** Why a call did not succeed. Says nothing of the API key that it was made with. */
export class ReprocessError extends Error implements ErrorFacts {
  override readonly name = 'ReprocessError';
  declare readonly status: number | undefined;
  declare readonly route: string | undefined;
  declare readonly code: ErrorCode;
  declare readonly detail: string;
  declare readonly requestId: string | undefined;
  readonly mayHaveActed: boolean = false;
  declare readonly retryAfter: number | undefined;
  declare readonly idempotencyKey: string | undefined;
  declare readonly body: unknown;

  constructor(facts: ErrorFacts, cause?: unknown) {
    super(`${facts.detail} (${facts.code})`, { cause });
    Object.assign(this, facts);
  }
}

import type { WaitsFor } from './budget/waiting.ts';
import { DependencyUnavailable, ProcessError } from './errors.ts';
import { loggedError } from './logged-error.ts';
import type { MetricName } from './metric-names.ts';
import type { FailureCode, Outcome, UnreadableRequest } from './outcome/outcome.ts';
import type { Claim, Logger, Metrics, ProcessResponse } from './ports.ts';
import type { ReprocessRequest, Source } from './request/reprocess-request.ts';
import { traceIdOf } from './trace.ts';

// Log lines and metrics about requests and errors.

export interface Telemetry {
  readonly log: Logger;
  readonly metrics: Metrics;
}

const REQUESTS: Readonly<Record<Source, MetricName>> = {
  http: 'RequestsHttp',
  sqs: 'RequestsSqs',
  upload: 'RequestsUpload',
};
const FAILURES: Readonly<Record<FailureCode, MetricName>> = {
  invalid_request: 'OutcomeInvalidRequest',
  request_id_reused: 'OutcomeRequestIdReused',
  not_found: 'OutcomeNotFound',
  invalid_preferences: 'OutcomeInvalidPreferences',
  refused: 'OutcomeRefused',
  gave_up: 'OutcomeGaveUp',
  expired: 'OutcomeExpired',
  internal: 'OutcomeInternal',
};

/** The fields of every log line about a request. */
export function loggedRequest(request: ReprocessRequest | UnreadableRequest) {
  const { requestId, imageId, source, traceparent } = request;
  const partner = 'partner' in request ? request.partner : undefined;
  return { request_id: requestId, image_id: imageId, partner, source, trace_id: traceIdOf(traceparent) };
}

export function recordClaim({ log, metrics }: Telemetry, request: ReprocessRequest, claim: Claim): void {
  const item = 'item' in claim ? claim.item : undefined;
  // After an attempt that did not count, the state is `waiting`. So this is true only once.
  const isFirst = claim.kind === 'claimed' && item?.attempts === 1 && item.state === 'accepted';
  if (isFirst) metrics.count(REQUESTS[request.source]);
  log.debug('the ledger was asked for a claim', () => ({
    ...loggedRequest(request),
    claim: claim.kind,
    attempt: item?.attempts,
    until: 'until' in claim ? claim.until : undefined,
  }));
}

/** A request that goes back to its queue since the account makes no calls. */
export function recordAccountWait({ log }: Telemetry, request: ReprocessRequest, { reason, until }: WaitsFor): void {
  const time = until === undefined ? undefined : new Date(until).toISOString();
  log.info('the request waits', { ...loggedRequest(request), waits_for: { reason, until: time } });
}

/** One attempt's call. */
export interface RecordedCall {
  /** The attempt's number. */
  readonly attempt: number;
  readonly result: ProcessResponse | ProcessError;
  readonly durationMs: number;
  /** Whether an earlier call of the same request may have acted. */
  readonly earlierMayHaveActed: boolean;
}

export function recordCall({ log, metrics }: Telemetry, request: ReprocessRequest, call: RecordedCall): void {
  const { attempt, result, durationMs, earlierMayHaveActed } = call;
  const error = result instanceof ProcessError ? result : undefined;
  if (error?.code === 'call_not_started') return;
  if (attempt > 1) metrics.count('Retries');
  if (earlierMayHaveActed && error?.reach !== 'not_sent') metrics.count('DuplicateCalls');
  log.debug('the endpoint was called', () => ({
    ...loggedRequest(request),
    attempt,
    status: error === undefined ? 200 : error.refusal?.status,
    error: error?.code,
    duration_ms: durationMs,
  }));
}

/** An error that ended a piece of work, and that nobody above hears of. @param facts further fields of the log line */
export function recordError(
  { log, metrics }: Telemetry,
  message: string,
  error: unknown,
  facts: Readonly<Record<string, unknown>> = {},
): void {
  const dependency = error instanceof DependencyUnavailable ? error.dependency : undefined;
  log.error(message, { ...facts, dependency, ...loggedError(error) });
  if (isUnexpected(error)) metrics.count('UnexpectedErrors');
}

/** What a later try may mend has been foreseen, and says so. Everything else is a bug. */
function isUnexpected(error: unknown): boolean {
  return (error as { readonly retryable?: unknown } | undefined)?.retryable !== true;
}

/** To be called once for each outcome. @param durationMs of the last call, if there was one */
export function recordOutcome(
  { log, metrics }: Telemetry,
  request: ReprocessRequest,
  outcome: Outcome,
  durationMs: number | undefined,
): void {
  const waitingMs = Math.max(0, outcome.at - request.acceptedAt);
  countOutcome(metrics, outcome.kind === 'failed' ? outcome.error.code : 'succeeded');
  metrics.count('WaitingTime', waitingMs);
  log.info('the request ended', {
    ...loggedRequest(request),
    ...loggedOutcome(outcome),
    duration_ms: durationMs,
    waiting_ms: waitingMs,
  });
}

/** Counts outcomes of one kind. */
export function countOutcome(metrics: Metrics, code: FailureCode | 'succeeded', times = 1): void {
  if (code === 'succeeded') {
    metrics.count('OutcomeSucceeded', times);
    return;
  }
  metrics.count('OutcomeFailed', times);
  metrics.count(FAILURES[code], times);
}

function loggedOutcome(outcome: Outcome) {
  const code = outcome.kind === 'failed' ? outcome.error.code : outcome.kind;
  const status = outcome.kind === 'failed' ? outcome.error.status : 200;
  return { outcome: code, status, attempt: outcome.attempts };
}

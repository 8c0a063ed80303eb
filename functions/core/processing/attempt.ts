import type { AccountPermit } from '../budget/account-calls.ts';
import { isPastDeadline } from '../deadline.ts';
import { CallNotStarted, ProcessError } from '../errors.ts';
import { callFailure, failure, lastErrorOf } from '../outcome/failure.ts';
import type { OutcomeError } from '../outcome/outcome.ts';
import type { OutcomePublisher } from '../outcome/record-and-publish.ts';
import type { Clock, Images, Ledger, LedgerItem, Limits, ProcessResponse, Random } from '../ports.ts';
import type { ReprocessRequest } from '../request/reprocess-request.ts';
import { requestWarnings } from '../request/request-warnings.ts';
import { retryUntil } from '../retry-until.ts';
import { loggedRequest, recordCall, type Telemetry } from '../telemetry.ts';
import type { CallPermits } from './call-permits.ts';
import type { Disposition } from './delivery.ts';
import { decideRetry, type History, type RetryPolicy } from './retry-policy.ts';

/** How long writing a wait to the ledger is retried. A claim that stays open counts as a crash. */
const RECORD_WAIT_FOR_MS = 10_000;

export interface AttemptParts extends Telemetry {
  readonly images: Images;
  readonly permits: CallPermits;
  readonly ledger: Ledger;
  readonly publisher: OutcomePublisher;
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly random: Random;
}

/** Makes one attempt for a claimed request. The result is an outcome, or a wait for the next attempt. */
export function createAttempt(parts: AttemptParts) {
  const { images, permits, ledger, publisher, policy, clock, random, log } = parts;

  async function attempt(
    request: ReprocessRequest,
    claimed: LedgerItem,
    permit: AccountPermit,
    limits: Limits,
  ): Promise<Disposition> {
    // The claim may have taken long. What is waited for the rate then is not time of the call.
    await permit.renewIfLate(limits);
    const startedAt = clock.now();
    const result = await call(request, permit, limits);
    const callMs = clock.now() - startedAt;
    const earlier = { attempt: claimed.attempts, earlierMayHaveActed: uncertainCalls(claimed) > 0 };
    recordCall(parts, request, { ...earlier, result, durationMs: callMs });
    if (!(result instanceof ProcessError)) return succeed(request, claimed, result, limits, callMs);
    const history = {
      attempts: claimed.attempts,
      lostResponses: uncertainCalls(claimed) + (result.reach === 'may_have_acted' ? 1 : 0),
      retriedMs: claimed.retriedMs + callMs,
    };
    const decision = decideRetry(result, history, policy, random());
    if (decision.kind === 'wait')
      return wait(request, claimed, result, { ...history, ...decision, startedAt, callMs }, limits);
    return fail(request, claimed, callFailure(decision.code, result, history.lostResponses > 0), limits, callMs);
  }

  async function call(
    request: ReprocessRequest,
    permit: AccountPermit,
    limits: Limits,
  ): Promise<ProcessResponse | ProcessError> {
    // The claim must not stay open: an open claim means that a call may have been made.
    if (isPastDeadline(limits, clock.now()))
      return new CallNotStarted('too little time was left in this invocation to begin a call');
    const { imageId, preferences, apiVersion } = request;
    try {
      const options = { apiVersion, onSent: permit.sent };
      const response = await images.process(imageId, preferences, { ...limits, startsUntil: permit.until }, options);
      permit.complete();
      return response;
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
      permit.complete(error);
      return error;
    }
  }

  async function wait(
    request: ReprocessRequest,
    claimed: LedgerItem,
    error: ProcessError,
    decided: History & {
      readonly ms: number;
      readonly counts: boolean;
      readonly startedAt: number;
      readonly callMs: number;
    },
    limits: Limits,
  ): Promise<Disposition> {
    const { startedAt, counts, lostResponses } = decided;
    const ms = Math.max(decided.ms, permits.waitMs());
    const lastError = lastErrorOf(error);
    const retriedMs = counts ? decided.retriedMs + decided.ms : claimed.retriedMs;
    const next = { startedAt, nextAttemptAt: clock.now() + ms, lastError, counts, lostResponses, retriedMs };
    const until = Math.min(clock.now() + RECORD_WAIT_FOR_MS, limits.deadline);
    await retryUntil(() => ledger.wait(claimed, next, limits), until, clock, limits);
    const facts = { attempt: claimed.attempts, duration_ms: decided.callMs, wait_ms: ms, error: lastError };
    // Without a call nothing is wrong: the invocation, or the day of the limit, had too little time left for one.
    const level = error instanceof CallNotStarted ? 'info' : 'warn';
    log[level]('the request waits for its next attempt', { ...loggedRequest(request), ...facts });
    // Writing may have taken some of it.
    return { kind: 'wait', ms: Math.max(0, next.nextAttemptAt - clock.now()) };
  }

  async function succeed(
    request: ReprocessRequest,
    claimed: LedgerItem,
    processed: ProcessResponse,
    limits: Limits,
    callMs: number,
  ) {
    const { response, warnings } = processed;
    await publisher.recordAndPublish(
      request,
      { kind: 'succeeded', response, ...factsOf(claimed, warnings) },
      limits,
      callMs,
    );
    return { kind: 'done' } as const;
  }

  async function fail(
    request: ReprocessRequest,
    claimed: LedgerItem,
    error: OutcomeError,
    limits: Limits,
    callMs?: number,
  ) {
    await publisher.recordAndPublish(request, { kind: 'failed', error, ...factsOf(claimed, []) }, limits, callMs);
    return { kind: 'done' } as const;
  }

  /** Ends a request that crashed its function too often to be begun again. */
  const abandon = (request: ReprocessRequest, item: LedgerItem, limits: Limits) =>
    fail(request, item, { ...ABANDONED, mayHaveActed: true }, limits);

  /** Ends a claimed request without a call. */
  function expire(request: ReprocessRequest, claimed: LedgerItem, expiry: OutcomeError, limits: Limits) {
    const error = { ...expiry, ...(uncertainCalls(claimed) > 0 && { mayHaveActed: true as const }) };
    return fail(request, { ...claimed, attempts: claimed.attempts - 1 }, error, limits);
  }

  function factsOf({ attempts, preferences }: LedgerItem, warnings: readonly string[]) {
    return { attempts, warnings: [...requestWarnings(preferences), ...warnings], at: clock.now() };
  }

  return { attempt, abandon, expire };
}

/** Earlier calls that may have acted: their response was lost, or their function crashed. */
function uncertainCalls({ lostResponses, crashes }: LedgerItem): number {
  return lostResponses + crashes;
}

const ABANDONED = failure(
  'internal',
  'the service began this request several times, and was interrupted each time before it knew the result',
);

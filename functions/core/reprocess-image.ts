import { DependencyUnavailable, ProcessError } from './errors.ts';
import { callFailure, failure, lastErrorOf } from './failure.ts';
import { type Outcome, type OutcomeError, type OutcomeEvent, outcomeEvent, type UnreadableRequest } from './outcome.ts';
import { persist } from './persist.ts';
import type { Clock, Images, Ledger, LedgerItem, Limits, Logger, Outcomes, Random } from './ports.ts';
import { preferenceWarnings } from './preferences.ts';
import { type ReprocessRequest, sqsMessageRequestId } from './reprocess-request.ts';
import { decideRetry, type RetryPolicy } from './retry-policy.ts';

/** What the queue is to do with a message. */
export type Disposition =
  /** Its outcome is published: delete it. */
  | { readonly kind: 'done' }
  /** Show it again after so many ms; everything behind it in its group waits too. */
  | { readonly kind: 'wait'; readonly ms: number };

const DONE: Disposition = { kind: 'done' };

/** How long a message waits when a part of AWS is away, before chance doubles it at most. */
const DEPENDENCY_WAIT_MS = 15_000;
/** Publishing is repeated this long within an invocation; after that the message comes again and only publishes. */
const PUBLISH_FOR_MS = 3000;
/** Left of the invocation for its answer to reach Lambda. */
const CLOSING_MS = 1000;

export interface ReprocessImageParts {
  readonly ledger: Ledger;
  readonly images: Images;
  readonly outcomes: Outcomes;
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface ReprocessImage {
  /**
   * Carries one request through claim, call, record and publish.
   * @param messageId tells two messages under one request id apart
   */
  reprocess(request: ReprocessRequest, messageId: string, limits: Limits): Promise<Disposition>;
  /** Announces that a message cannot be understood. */
  refuse(message: UnreadableRequest, groupId: string, detail: string, limits: Limits): Promise<Disposition>;
}

export function createReprocessImage(parts: ReprocessImageParts): ReprocessImage {
  const { ledger, images, outcomes, policy, clock, random, log } = parts;

  async function reprocess(request: ReprocessRequest, messageId: string, limits: Limits): Promise<Disposition> {
    if (limits.signal.aborted) return { kind: 'wait', ms: 0 };
    const claim = await ledger.claim(request, limits.deadline, limits);
    switch (claim.kind) {
      case 'claimed':
        return attempt(asAccepted(request, claim.item), claim.item, limits);
      case 'ended':
        return announce(outcomeEvent(asAccepted(request, claim.item), claim.outcome), limits);
      case 'leased':
        return { kind: 'wait', ms: Math.max(0, claim.until - clock.now()) };
      case 'abandoned':
        return end(asAccepted(request, claim.item), claim.item, failed(claim.item, ABANDONED), limits);
      case 'reused':
        return announce(refusalOf(request, `${request.requestId}.reused.${messageId}`, REUSED), limits);
      case 'unknown':
        return announce(refusalOf(request, `${sqsMessageRequestId(messageId)}.failed`, UNKNOWN), limits);
    }
  }

  async function attempt(request: ReprocessRequest, claimed: LedgerItem, limits: Limits): Promise<Disposition> {
    const startedAt = clock.now();
    if (request.notAfter !== undefined && startedAt > request.notAfter) {
      return end(request, claimed, failed({ ...claimed, attempts: claimed.attempts - 1 }, EXPIRED), limits);
    }
    try {
      const { answer, warnings } = await images.process(request.imageId, request.preferences, limits);
      return end(request, claimed, { kind: 'succeeded', answer, ...facts(claimed, warnings) }, limits);
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
      return afterFailure(request, claimed, error, startedAt, limits);
    }
  }

  async function afterFailure(
    request: ReprocessRequest,
    claimed: LedgerItem,
    error: ProcessError,
    startedAt: number,
    limits: Limits,
  ): Promise<Disposition> {
    const history = {
      attempts: claimed.attempts,
      lostAnswers: claimed.lostAnswers + (error.reach === 'may_have_acted' ? 1 : 0),
      retriedMs: claimed.retriedMs + clock.now() - startedAt,
    };
    const decision = decideRetry(error, history, policy, random());
    if (decision.kind === 'final') {
      const outcome = failed(claimed, callFailure(decision.code, error, history.lostAnswers > 0));
      return end(request, claimed, outcome, limits);
    }
    const { counts, ms } = decision;
    const retriedMs = counts ? history.retriedMs + ms : claimed.retriedMs;
    const next = { nextAttemptAt: clock.now() + ms, lastError: lastErrorOf(error), counts };
    await ledger.wait(claimed, { ...next, lostAnswers: history.lostAnswers, retriedMs }, limits);
    log.warn('the request waits for its next attempt', { ...logged(request), wait_ms: ms, error: lastErrorOf(error) });
    return { kind: 'wait', ms };
  }

  /** Record, publish, acknowledge: from here on the outcome is known, and stands. */
  async function end(
    request: ReprocessRequest,
    claimed: LedgerItem,
    outcome: Outcome,
    limits: Limits,
  ): Promise<Disposition> {
    const write = () => ledger.record(request, outcome, limits);
    const standing = await persist(write, limits.deadline - CLOSING_MS, clock, limits);
    log.info('the request ended', {
      ...logged(request),
      outcome: standing.kind === 'failed' ? standing.error.code : standing.kind,
      attempt: claimed.attempts,
      duration_ms: clock.now() - request.acceptedAt,
    });
    return announce(outcomeEvent(request, standing), limits);
  }

  async function announce(event: OutcomeEvent, limits: Limits): Promise<Disposition> {
    const until = Math.min(clock.now() + PUBLISH_FOR_MS, limits.deadline - CLOSING_MS);
    await persist(() => outcomes.publish(event, limits), until, clock, limits);
    return DONE;
  }

  function refusalOf(request: ReprocessRequest, id: string, error: OutcomeError): OutcomeEvent {
    log.warn('the request was refused', { ...logged(request), error: error.code });
    const outcome = { kind: 'failed', error, attempts: 0, warnings: [], at: clock.now() } as const;
    return { id, groupId: request.imageId, request, outcome };
  }

  function refuse(request: UnreadableRequest, groupId: string, detail: string, limits: Limits): Promise<Disposition> {
    log.warn('a message could not be understood', { request_id: request.requestId, group: groupId, detail });
    const error = failure('invalid_request', detail);
    const outcome = { kind: 'failed', error, attempts: 0, warnings: [], at: clock.now() } as const;
    return announce({ id: `${request.requestId}.failed`, groupId, request, outcome }, limits);
  }

  function facts({ attempts, preferences }: LedgerItem, warnings: readonly string[]) {
    return { attempts, warnings: [...preferenceWarnings(preferences), ...warnings], at: clock.now() };
  }

  function failed(item: LedgerItem, error: OutcomeError): Outcome {
    return { kind: 'failed', error, ...facts(item, []) };
  }

  /** Nothing that happens to one message may touch another: what goes wrong here makes this one wait. */
  function guarded<Arguments extends readonly unknown[]>(work: (...given: Arguments) => Promise<Disposition>) {
    return async (...given: Arguments): Promise<Disposition> => {
      try {
        return await work(...given);
      } catch (error) {
        const cause = error instanceof DependencyUnavailable ? error.cause : error;
        log.error('the message waits, since a step failed', { error: String(error), cause: String(cause) });
        return { kind: 'wait', ms: DEPENDENCY_WAIT_MS * (1 + random()) };
      }
    };
  }

  return { reprocess: guarded(reprocess), refuse: guarded(refuse) };
}

const ABANDONED = failure(
  'internal',
  'the service began this request several times and was cut off each time before it knew the result',
);
const REUSED = failure(
  'request_id_reused',
  'this request id was used before for another image or other preferences: give every request an id of its own',
);
const UNKNOWN = failure(
  'invalid_request',
  'request_id must be the sender\'s own; one that begins with "http:" belongs to a request accepted over HTTP, and there is none with this id',
);
const EXPIRED = failure('expired', 'not_after had passed before the request could be sent');

/** What the ledger says of a request is believed before what its message says. */
function asAccepted(request: ReprocessRequest, item: LedgerItem): ReprocessRequest {
  return { ...request, acceptedAt: item.acceptedAt, ...(item.partner !== undefined && { partner: item.partner }) };
}

function logged({ requestId, imageId, partner, source }: ReprocessRequest) {
  return { request_id: requestId, image_id: imageId, partner, source };
}

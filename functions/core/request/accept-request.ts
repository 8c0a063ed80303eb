import { withTimeout } from '../deadline.ts';
import { DependencyUnavailable } from '../errors.ts';
import { loggedError } from '../logged-error.ts';
import type { Outcome } from '../outcome/outcome.ts';
import type { Clock, Ledger, LedgerItem, Limits, Logger, RequestQueue } from '../ports.ts';
import { loggedRequest } from '../telemetry.ts';
import { asAccepted } from './as-accepted.ts';
import type { ReprocessRequest } from './reprocess-request.ts';

/** What a caller who hands over a request learns. */
export type Accepted =
  | { readonly kind: 'ended'; readonly item: LedgerItem; readonly outcome: Outcome }
  /** Safely queued; its outcome will stand in the ledger. `isEarly`: it was not waited for as long as the caller wished. */
  | { readonly kind: 'under_way'; readonly item: LedgerItem; readonly isEarly?: boolean }
  /** The id was used before for other content. */
  | { readonly kind: 'reused' };

const SHORTEST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1000;
/** Pauses are this part of what a caller has waited already, who so never waits much longer than the outcome took. */
const PAUSE_SHARE = 0.2;
/** The queue's depth only decides over waiting: it is not worth waiting for. */
const LOOK_AT_QUEUE_MS = 1000;
/** The last look begins when the wait is over, and may take its time then. */
const LOOK_MS = 1000;
/** Left of the invocation for that look and for the response. */
const CLOSING_MS = 2000;

export interface AcceptRequestParts {
  readonly ledger: Ledger;
  readonly queue: RequestQueue;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether so many requests wait that a response is not worth waiting for. */
  readonly isBacklogged: (limits: Limits) => Promise<boolean>;
}

const pauseAfter = (waitedMs: number) =>
  Math.min(Math.max(waitedMs * PAUSE_SHARE, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);

export type AcceptRequest = (request: ReprocessRequest, waitMs: number, limits: Limits) => Promise<Accepted>;

/**
 * Ledger, then queue, then wait. A repeat of a request that no worker has claimed is sent again under the same
 * deduplication id, since the first sender may have ended between the two.
 * @throws DependencyUnavailable when it is not known to be queued; the same request repeated completes it
 */
export function createAcceptRequest({ ledger, queue, clock, log, isBacklogged }: AcceptRequestParts): AcceptRequest {
  return async (request, waitMs, limits) => {
    const item = await ledger.accept(request, limits);
    log.debug('a request was handed over', () => ({ ...loggedRequest(asAccepted(request, item)), state: item.state }));
    if (item.fingerprint !== request.fingerprint) return { kind: 'reused' };
    if (item.outcome !== undefined) return { kind: 'ended', item, outcome: item.outcome };
    if (item.state === 'accepted' && item.attempts === 0) await queue.send(asAccepted(request, item), limits);
    const leftMs = Math.min(waitMs, limits.deadline - CLOSING_MS - clock.now());
    if (leftMs <= 0) return { kind: 'under_way', item, isEarly: waitMs > 0 };
    return waitForOutcome(item, clock.now() + leftMs, limits);
  };

  async function waitForOutcome(item: LedgerItem, until: number, limits: Limits): Promise<Accepted> {
    // In a burst every caller that waited would pin a function of its own.
    const lookMs = Math.min(LOOK_AT_QUEUE_MS, until - clock.now());
    const isDeep = await withTimeout(lookMs, clock, limits, isBacklogged);
    const waitsSince = clock.now();
    let latest = item;
    while (!isDeep) {
      const leftMs = until - clock.now();
      if (leftMs <= 0) break;
      await clock.sleep(Math.min(pauseAfter(clock.now() - waitsSince), leftMs), limits.signal);
      if (limits.signal.aborted) break;
      latest = (await withTimeout(LOOK_MS, clock, limits, (own) => look(item.requestId, own))) ?? latest;
      if (latest.outcome !== undefined) return { kind: 'ended', item: latest, outcome: latest.outcome };
    }
    return { kind: 'under_way', item: latest, isEarly: isDeep };
  }

  // The request is queued: a ledger that cannot be read just now is no reason to tell the caller otherwise.
  async function look(requestId: string, limits: Limits): Promise<LedgerItem | undefined> {
    try {
      return await ledger.find(requestId, limits);
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      const facts = { request_id: requestId, ...loggedError(error) };
      log.warn('the ledger could not be read while a caller waited', facts);
      return undefined;
    }
  }
}

import { withTimeout } from '../deadline.ts';
import { DependencyUnavailable } from '../errors.ts';
import { loggedError } from '../logged-error.ts';
import type { Outcome } from '../outcome/outcome.ts';
import type { Clock, Ledger, LedgerItem, Limits, Logger, RequestQueue } from '../ports.ts';
import { loggedRequest } from '../telemetry.ts';
import { asAccepted } from './as-accepted.ts';
import type { ReprocessRequest } from './reprocess-request.ts';

/** The result for a caller who submits a request. */
export type Accepted =
  | { readonly kind: 'ended'; readonly item: LedgerItem; readonly outcome: Outcome }
  /** Queued; the ledger will have its outcome. `isEarly`: the wait was shorter than the caller asked for. */
  | { readonly kind: 'under_way'; readonly item: LedgerItem; readonly isEarly?: boolean }
  /** The id was used before for other content. */
  | { readonly kind: 'reused' };

const SHORTEST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1000;
/** Each pause is this share of the time waited so far. So a caller waits at most a fifth longer than the outcome took. */
const PAUSE_SHARE = 0.2;
/** The queue's depth decides only whether to wait. */
const READ_DEPTH_MS = 1000;
/** The last read begins when the wait is over. */
const READ_LEDGER_MS = 1000;
/** Reserved at the end of the invocation for the last read and the response. */
const RESERVE_MS = 2000;

export interface AcceptRequestParts {
  readonly ledger: Ledger;
  readonly queue: RequestQueue;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether so many requests are queued that waiting for an outcome is pointless. */
  readonly isBacklogged: (limits: Limits) => Promise<boolean>;
}

const pauseAfter = (waitedMs: number) =>
  Math.min(Math.max(waitedMs * PAUSE_SHARE, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);

export type AcceptRequest = (request: ReprocessRequest, waitMs: number, limits: Limits) => Promise<Accepted>;

/**
 * Writes the ledger, then the queue, then waits for the outcome. A request that was accepted before and never claimed is sent
 * again under the same deduplication id: its first invocation may have crashed between ledger and queue.
 * @throws DependencyUnavailable when the request may not be queued; sending it again completes it
 */
export function createAcceptRequest({ ledger, queue, clock, log, isBacklogged }: AcceptRequestParts): AcceptRequest {
  return async (request, waitMs, limits) => {
    const item = await ledger.accept(request, limits);
    log.debug('a request was submitted', () => ({ ...loggedRequest(asAccepted(request, item)), state: item.state }));
    if (item.fingerprint !== request.fingerprint) return { kind: 'reused' };
    if (item.outcome !== undefined) return { kind: 'ended', item, outcome: item.outcome };
    if (item.state === 'accepted' && item.attempts === 0) await queue.send(asAccepted(request, item), limits);
    const leftMs = Math.min(waitMs, limits.deadline - RESERVE_MS - clock.now());
    if (leftMs <= 0) return { kind: 'under_way', item, isEarly: waitMs > 0 };
    return waitForOutcome(item, clock.now() + leftMs, limits);
  };

  async function waitForOutcome(item: LedgerItem, until: number, limits: Limits): Promise<Accepted> {
    // Each waiting caller occupies a function instance, which is too much in a burst.
    const readMs = Math.min(READ_DEPTH_MS, until - clock.now());
    const isDeep = await withTimeout(readMs, clock, limits, isBacklogged);
    const waitsSince = clock.now();
    let latest = item;
    while (!isDeep) {
      const leftMs = until - clock.now();
      if (leftMs <= 0) break;
      await clock.sleep(Math.min(pauseAfter(clock.now() - waitsSince), leftMs), limits.signal);
      if (limits.signal.aborted) break;
      latest = (await withTimeout(READ_LEDGER_MS, clock, limits, (own) => read(item.requestId, own))) ?? latest;
      if (latest.outcome !== undefined) return { kind: 'ended', item: latest, outcome: latest.outcome };
    }
    return { kind: 'under_way', item: latest, isEarly: isDeep };
  }

  // The request is queued already, so a failed read must not fail the call.
  async function read(requestId: string, limits: Limits): Promise<LedgerItem | undefined> {
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

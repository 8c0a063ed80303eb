import type { AccountCalls } from '../budget/account-calls.ts';
import type { WaitsFor } from '../budget/waiting.ts';
import { isPastDeadline } from '../deadline.ts';
import { failure } from '../outcome/failure.ts';
import type { UnreadableRequest } from '../outcome/outcome.ts';
import type { LedgerItem, Limits } from '../ports.ts';
import { asAccepted } from '../request/as-accepted.ts';
import { type ReprocessRequest, sqsMessageRequestId } from '../request/reprocess-request.ts';
import { recordAccountWait, recordClaim } from '../telemetry.ts';
import { type AttemptParts, createAttempt } from './attempt.ts';
import { deliveryId, isCrashOf } from './crash.ts';
import { type CrashIsolation, createCrashIsolation } from './crash-isolation.ts';
import type { Delivery, Disposition } from './delivery.ts';
import { withErrorBoundary } from './error-boundary.ts';
import { expiresIn, expiryOf } from './expiry.ts';

export interface ReprocessImage {
  /** Carries one request through claim, call, record and publish. Never rejects. */
  reprocess(request: ReprocessRequest, delivery: Delivery, limits: Limits): Promise<Disposition>;
  /** Publishes that a message is no valid request. Never rejects. */
  refuse(message: UnreadableRequest, delivery: Delivery, detail: string, limits: Limits): Promise<Disposition>;
}

const DONE: Disposition = { kind: 'done' };

/** Processes a claimed request. */
type Work = (request: ReprocessRequest, claimed: LedgerItem, limits: Limits) => Promise<Disposition>;

export interface ReprocessImageParts extends AttemptParts {
  readonly calls: Pick<AccountCalls, 'acquire'>;
  /** How long a request may be in its queue, which drops what it has kept for too long. */
  readonly lifetimeMs: number;
}

export function createReprocessImage(parts: ReprocessImageParts): ReprocessImage {
  const { ledger, calls, publisher, clock, lifetimeMs } = parts;
  const { attempt, abandon, expire } = createAttempt(parts);

  const isolations = new WeakMap<AbortSignal, CrashIsolation>();

  /** Suspects of one invocation wait for its other requests, and run alone. */
  async function reprocess(request: ReprocessRequest, delivery: Delivery, limits: Limits): Promise<Disposition> {
    const isolation = isolations.get(limits.signal) ?? createCrashIsolation();
    isolations.set(limits.signal, isolation);
    return isolation.run(
      () => suspicionOf(request, delivery, limits),
      () => begin(request, delivery, limits),
    );
  }

  /** What earlier deliveries of the request left in the ledger. A first delivery has left nothing, so it needs no read. */
  async function findEarlier({ requestId }: ReprocessRequest, { receiveCount }: Delivery, limits: Limits) {
    return receiveCount > 1 ? ledger.find(requestId, limits) : undefined;
  }

  // How many claims of this request crashed, or may have.
  async function suspicionOf(request: ReprocessRequest, delivery: Delivery, limits: Limits): Promise<number> {
    const item = await findEarlier(request, delivery, limits);
    if (item === undefined || item.outcome !== undefined) return 0;
    if (isCrashOf(item, delivery, clock.now()) && !limits.signal.aborted) return ledger.markCrashed(item, limits);
    return item.crashes + (item.leaseUntil !== undefined && item.leaseUntil <= clock.now() ? 1 : 0);
  }

  async function begin(request: ReprocessRequest, delivery: Delivery, limits: Limits): Promise<Disposition> {
    if (isPastDeadline(limits, clock.now())) return { kind: 'wait', ms: 0 };
    const acquired = await calls.acquire(request, limits);
    if (acquired.kind === 'open') return whileOpen(request, delivery, acquired, limits);
    const { permit } = acquired;
    const call: Work = (accepted, claimed) => {
      const expiry = expiryOf(accepted, delivery, lifetimeMs, clock.now());
      return expiry ? expire(accepted, claimed, expiry, limits) : attempt(accepted, claimed, permit, limits);
    };
    return claimThen(call, request, delivery, limits).finally(permit.release);
  }

  async function claimThen(
    work: Work,
    request: ReprocessRequest,
    delivery: Delivery,
    limits: Limits,
  ): Promise<Disposition> {
    if (isPastDeadline(limits, clock.now())) return { kind: 'wait', ms: 0 };
    const claim = await ledger.claim(request, { until: limits.deadline, by: deliveryId(delivery) }, limits);
    recordClaim(parts, request, claim);
    switch (claim.kind) {
      case 'claimed':
        return work(asAccepted(request, claim.item), claim.item, limits);
      case 'ended':
        return announce(request, claim.item, limits);
      case 'not_yet':
        return { kind: 'wait', ms: Math.max(0, claim.until - clock.now()) };
      case 'abandoned':
        return abandon(asAccepted(request, claim.item), claim.item, limits);
      case 'reused':
        return refuseId(request, delivery, `${request.requestId}.reused.${delivery.messageId}`, REUSED, limits);
      case 'unknown':
        return refuseId(request, delivery, `${sqsMessageRequestId(delivery.messageId)}.failed`, UNKNOWN, limits);
    }
  }

  // While the circuit breaker is open or the account is paused, no call begins. A request that ended before is still published,
  // and an expired one ends.
  async function whileOpen(
    request: ReprocessRequest,
    delivery: Delivery,
    { ms, waitsFor }: { readonly ms: number; readonly waitsFor?: WaitsFor },
    limits: Limits,
  ): Promise<Disposition> {
    const item = await findEarlier(request, delivery, limits);
    const isEnded = item?.outcome !== undefined && item.fingerprint === request.fingerprint;
    const expiry = expiryOf(item ?? request, delivery, lifetimeMs, clock.now());
    if (!isEnded && expiry !== undefined) {
      return claimThen((accepted, claimed) => expire(accepted, claimed, expiry, limits), request, delivery, limits);
    }
    if (isEnded) return announce(request, item, limits);
    if (waitsFor !== undefined) recordAccountWait(parts, request, waitsFor);
    // One whose time ends first ends in time.
    return { kind: 'wait', ms: Math.min(ms, expiresIn(item ?? request, delivery, lifetimeMs, clock.now())) };
  }

  async function announce(request: ReprocessRequest, item: LedgerItem, limits: Limits): Promise<Disposition> {
    if (item.outcome !== undefined) await publisher.publishRecorded(asAccepted(request, item), item.outcome, limits);
    return DONE;
  }

  async function refuseId(
    request: ReprocessRequest,
    { groupId }: Delivery,
    id: string,
    error: typeof REUSED,
    limits: Limits,
  ): Promise<Disposition> {
    await publisher.publishRefusal({ id, groupId, request }, error, limits);
    return DONE;
  }

  async function refuse(
    request: UnreadableRequest,
    { groupId }: Delivery,
    detail: string,
    limits: Limits,
  ): Promise<Disposition> {
    await publisher.publishRefusal(
      { id: `${request.requestId}.failed`, groupId, request },
      failure('invalid_request', detail),
      limits,
    );
    return DONE;
  }

  return {
    reprocess: withErrorBoundary(parts, ({ requestId }) => requestId, reprocess),
    refuse: withErrorBoundary(parts, ({ requestId }) => requestId, refuse),
  };
}

const REUSED = failure(
  'request_id_reused',
  'request_id was used before for another image, other preferences or another API version: give every request its own id',
);
const UNKNOWN = failure(
  'invalid_request',
  'request_id must not begin with "http:" or "upload:", which are for requests that this service has queued itself, and none has this id: send an id of your own',
);

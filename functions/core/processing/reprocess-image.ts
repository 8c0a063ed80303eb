import { isOver } from '../deadline.ts';
import { failure } from '../outcome/failure.ts';
import type { UnreadableRequest } from '../outcome/outcome.ts';
import type { LedgerItem, Limits } from '../ports.ts';
import { type ReprocessRequest, sqsMessageRequestId } from '../request/reprocess-request.ts';
import { tellOfClaim } from '../telemetry.ts';
import { type AttemptParts, createAttempt } from './attempt.ts';
import { createSolo, type Solo } from './crash-isolation.ts';
import { guardedBy } from './error-boundary.ts';
import { asAccepted, deliveryId, isDeathOf } from './ledger-rules.ts';

/** What the queue is to do with a message. */
export type Disposition =
  /** Its outcome is published: delete it. */
  | { readonly kind: 'done' }
  /** Show it again after so many ms; everything behind it in its group waits too. */
  | { readonly kind: 'wait'; readonly ms: number };

/** One delivery of a message. */
export interface Delivery {
  /** Tells two messages under one request id apart. */
  readonly messageId: string;
  readonly groupId: string;
  /** How often the queue has handed it out, this time included. */
  readonly receiveCount: number;
  /** Whether it stays away for long when it is given back, whatever for (see `ReceiveBudget`). */
  readonly isSlowed?: boolean;
}

export interface ReprocessImage {
  /** Carries one request through claim, call, record and publish. Never rejects. */
  reprocess(request: ReprocessRequest, delivery: Delivery, limits: Limits): Promise<Disposition>;
  /** Announces that a message cannot be understood. Never rejects. */
  refuse(message: UnreadableRequest, delivery: Delivery, detail: string, limits: Limits): Promise<Disposition>;
}

const DONE: Disposition = { kind: 'done' };

/** A container that is held answers faster than one that works, and so gets most of the queue: it must not keep it long. */
const LONGEST_HELD_MS = 60_000;

/** What is done with a claimed request. */
type Work = (request: ReprocessRequest, claimed: LedgerItem, limits: Limits) => Promise<Disposition>;

export function createReprocessImage(parts: AttemptParts): ReprocessImage {
  const { ledger, gate, conclusion, clock } = parts;
  const { attempt, abandon, expire } = createAttempt(parts);

  const solos = new WeakMap<AbortSignal, Solo>();

  /** Suspects of one invocation wait for its other requests, and run alone. */
  async function reprocess(request: ReprocessRequest, delivery: Delivery, limits: Limits): Promise<Disposition> {
    const solo = solos.get(limits.signal) ?? createSolo();
    solos.set(limits.signal, solo);
    return solo.run(
      () => suspicionOf(request, delivery, limits),
      () => begin(request, delivery, limits),
    );
  }

  // How often a claim of this request died with its function, or may have. Only a message that was handed out before can have
  // been claimed, so that calm costs no read.
  async function suspicionOf(request: ReprocessRequest, delivery: Delivery, limits: Limits): Promise<number> {
    const item = delivery.receiveCount > 1 ? await ledger.find(request.requestId, limits) : undefined;
    if (item === undefined || item.outcome !== undefined) return 0;
    if (isDeathOf(item, delivery, clock.now()) && !limits.signal.aborted) return ledger.bury(item, limits);
    return item.deaths + (item.leaseUntil !== undefined && item.leaseUntil <= clock.now() ? 1 : 0);
  }

  async function begin(request: ReprocessRequest, delivery: Delivery, limits: Limits): Promise<Disposition> {
    if (isOver(limits, clock.now())) return { kind: 'wait', ms: 0 };
    const entered = await gate.enter(limits);
    if (entered.kind === 'held') return whileHeld(request, delivery, entered.ms, limits);
    const { pass } = entered;
    const call: Work = (accepted, claimed) => attempt(accepted, claimed, pass, limits);
    return claimThen(call, request, delivery, limits).finally(pass.returned);
  }

  async function claimThen(
    work: Work,
    request: ReprocessRequest,
    delivery: Delivery,
    limits: Limits,
  ): Promise<Disposition> {
    if (isOver(limits, clock.now())) return { kind: 'wait', ms: 0 };
    const claim = await ledger.claim(request, { until: limits.deadline, by: deliveryId(delivery) }, limits);
    tellOfClaim(parts, request, claim);
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

  // No call begins during a hold, but what ended before must not wait for it. Only a message that was handed out before can
  // have ended, so that a hold costs no read for those that are new.
  async function whileHeld(
    request: ReprocessRequest,
    delivery: Delivery,
    ms: number,
    limits: Limits,
  ): Promise<Disposition> {
    const item = delivery.receiveCount > 1 ? await ledger.find(request.requestId, limits) : undefined;
    const isEnded = item?.outcome !== undefined && item.fingerprint === request.fingerprint;
    const { notAfter } = item ?? request;
    if (!isEnded && notAfter !== undefined && notAfter < clock.now())
      return claimThen(expire, request, delivery, limits);
    return isEnded ? announce(request, item, limits) : { kind: 'wait', ms: Math.min(ms, LONGEST_HELD_MS) };
  }

  async function announce(request: ReprocessRequest, item: LedgerItem, limits: Limits): Promise<Disposition> {
    if (item.outcome !== undefined) await conclusion.announce(asAccepted(request, item), item.outcome, limits);
    return DONE;
  }

  async function refuseId(
    request: ReprocessRequest,
    { groupId }: Delivery,
    id: string,
    error: typeof REUSED,
    limits: Limits,
  ): Promise<Disposition> {
    await conclusion.refuse({ id, groupId, request }, error, limits);
    return DONE;
  }

  async function refuse(
    request: UnreadableRequest,
    { groupId }: Delivery,
    detail: string,
    limits: Limits,
  ): Promise<Disposition> {
    await conclusion.refuse(
      { id: `${request.requestId}.failed`, groupId, request },
      failure('invalid_request', detail),
      limits,
    );
    return DONE;
  }

  return {
    reprocess: guardedBy(parts, ({ requestId }) => requestId, reprocess),
    refuse: guardedBy(parts, ({ requestId }) => requestId, refuse),
  };
}

const REUSED = failure(
  'request_id_reused',
  'this request id was used before for another image or other preferences: give every request an id of its own',
);
const UNKNOWN = failure(
  'invalid_request',
  'request_id must be the sender\'s own; one that begins with "http:" belongs to a request accepted over HTTP, and there is none with this id',
);

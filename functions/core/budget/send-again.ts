import type { Clock, Ledger, LedgerItem, Limits, RequestQueue } from '../ports.ts';
import { asAccepted } from '../request/as-accepted.ts';
import { againRequestId, type ReprocessRequest } from '../request/reprocess-request.ts';
import { loggedRequest, type Telemetry } from '../telemetry.ts';

export interface SendAgainParts extends Telemetry {
  readonly ledger: Pick<Ledger, 'accept'>;
  readonly queue: RequestQueue;
  readonly requests: RequestsOfImage;
  readonly clock: Pick<Clock, 'now'>;
}

/** Both methods throw DependencyUnavailable. */
export interface RequestsOfImage {
  /** Whether the image has a request that was accepted after `than`, other than `againId`. */
  hasNewer(than: LedgerItem, againId: string, limits: Limits): Promise<boolean>;
  noteAgain(requestId: string, againId: string, limits: Limits): Promise<void>;
}

/** Two weeks, with one round a day: nobody waits for longer, and a misunderstood reason costs no more calls than these. */
export const MAX_ROUNDS = 14;

/** Sends a single request again that failed only for the daily limit. Sends nothing twice. @throws DependencyUnavailable */
export type SendAgain = (failed: LedgerItem, limits: Limits) => Promise<void>;

/** Works like an entry point: ledger, then queue. There the request waits for the account like any other. */
export function createSendAgain({ ledger, queue, requests, clock, ...telemetry }: SendAgainParts): SendAgain {
  return async (failed, limits) => {
    const round = (failed.again?.round ?? 0) + 1;
    const request = againOf(failed, round, clock.now());
    if (round > MAX_ROUNDS || (await requests.hasNewer(failed, request.requestId, limits))) return;
    const item = await ledger.accept(request, limits);
    if (failed.againAs === undefined) await requests.noteAgain(failed.requestId, request.requestId, limits);
    // One with an attempt was sent before. Any other may have been left unsent by a crash after it was accepted.
    if (item.state !== 'accepted' || item.attempts > 0) return;
    await queue.send(asAccepted(request, item), limits);
    telemetry.metrics.count('SentAgain');
    const facts = { again_for: failed.requestId, round };
    telemetry.log.info('a request that failed only for the daily limit is sent again', {
      ...loggedRequest(request),
      ...facts,
    });
  };
}

function againOf(failed: LedgerItem, round: number, now: number): ReprocessRequest {
  const {
    imageId,
    preferences,
    fingerprint,
    source,
    partner,
    senderRequestId,
    upload,
    apiVersion,
    notAfter,
    traceparent,
  } = failed;
  const first = failed.again?.requestId ?? failed.requestId;
  return {
    requestId: againRequestId(first, round),
    ...{ imageId, preferences, fingerprint, source, acceptedAt: now, again: { requestId: first, round } },
    ...(partner !== undefined && { partner }),
    ...(senderRequestId !== undefined && { senderRequestId }),
    ...(upload !== undefined && { upload }),
    ...(apiVersion !== undefined && { apiVersion }),
    ...(notAfter !== undefined && { notAfter }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

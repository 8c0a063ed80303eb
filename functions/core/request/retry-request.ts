import { hasReallyFailed } from '../completion/completion.ts';
import type { Clock, Ledger, LedgerItem, Limits } from '../ports.ts';
import { ownTraceparent } from '../trace.ts';
import type { Accepted, AcceptRequest } from './accept-request.ts';
import { type Life, lifeOf } from './life.ts';
import { type ReprocessRequest, retryRequestId } from './reprocess-request.ts';
import type { RequestLists } from './request-lists.ts';

export type Retried =
  | { readonly kind: 'accepted'; readonly accepted: Accepted }
  | { readonly kind: 'not_failed'; readonly life: Life }
  /** There is a newer request of its image, maybe another partner's. */
  | { readonly kind: 'superseded' };

export interface RetryRequestParts {
  readonly ledger: Pick<Ledger, 'find'>;
  readonly lists: Pick<RequestLists, 'newest'>;
  readonly acceptRequest: AcceptRequest;
  readonly clock: Pick<Clock, 'now'>;
}

/** Sends a failed request again, as a new one with the same content. A second click is the same. @throws DependencyUnavailable */
export type RetryRequest = (failed: LedgerItem, limits: Limits) => Promise<Retried>;

export function createRetryRequest({ ledger, lists, acceptRequest, clock }: RetryRequestParts): RetryRequest {
  return async (failed, limits) => {
    const life = lifeOfItem(failed);
    if (life !== 'failed') return { kind: 'not_failed', life };
    const retry = retryOf(failed, clock.now());
    const isRepeated = (await ledger.find(retry.requestId, limits)) !== undefined;
    const newest = isRepeated ? undefined : await lists.newest(failed.imageId, limits);
    if (newest !== undefined && isNewer(newest, failed)) return { kind: 'superseded' };
    return { kind: 'accepted', accepted: await acceptRequest(retry, 0, limits) };
  };
}

/** Of a request as a whole. */
export function lifeOfItem({ state, completion }: LedgerItem): Life {
  if (completion === undefined) return lifeOf({ state });
  return lifeOf({ state, completedAt: completion.at, completionFailed: hasReallyFailed(completion) });
}

type Dated = Pick<LedgerItem, 'requestId' | 'acceptedAt'>;

function isNewer(newest: Dated, { requestId, acceptedAt }: Dated): boolean {
  return newest.requestId !== requestId && newest.acceptedAt >= acceptedAt;
}

/** Its end of validity is kept where it is still to come: one that has passed would end the new request at once. */
function retryOf({ requestId: failedId, ...failed }: LedgerItem, now: number): ReprocessRequest {
  const { imageId, preferences, fingerprint, partner, apiVersion, notAfter } = failed;
  const requestId = retryRequestId(failedId);
  return {
    requestId,
    imageId,
    preferences,
    fingerprint,
    source: 'http',
    acceptedAt: now,
    traceparent: ownTraceparent(requestId),
    ...(partner !== undefined && { partner }),
    ...(apiVersion !== undefined && { apiVersion }),
    ...(notAfter !== undefined && notAfter > now && { notAfter }),
  };
}

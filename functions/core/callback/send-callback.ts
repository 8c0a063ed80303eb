import type { Clock, Limits } from '../ports.ts';
import { type Callback, signing } from './callback.ts';
import type { DeliveryAttempt } from './delivery.ts';
import { failureOf, type PostResult } from './delivery-policy.ts';
import type { Post, ReadCallbackKeys } from './ports.ts';
import { signatureHeaders, signingSecret } from './signing.ts';

export interface SendCallbackParts {
  readonly post: Post;
  readonly readKeys: ReadCallbackKeys;
  readonly clock: Pick<Clock, 'now'>;
}

/** One signed POST to a receiver. @throws DependencyUnavailable or CallbackKeyGone, and then nothing was sent */
export type SendCallback = (
  callback: Pick<Callback, 'partner' | 'secrets'> & { readonly url: string },
  message: { readonly id: string; readonly payload: string },
  limits: Limits,
) => Promise<PostResult>;

export function createSendCallback({ post, readKeys, clock }: SendCallbackParts): SendCallback {
  return async ({ partner, secrets, url }, { id, payload: body }, limits) => {
    const now = clock.now();
    const signers = signing(secrets, now);
    const ids = signers.map(({ keyId }) => keyId);
    const keys = await readKeys(limits, ids);
    const able = signers.filter(({ keyId }) => keys.has(keyId));
    // Without any, the error says which key is gone.
    const texts = (able.length > 0 ? able : signers).map((secret) => signingSecret(keys, partner, secret));
    const signed = signatureHeaders({ id, timestamp: Math.floor(now / 1000), body }, texts);
    const headers = { 'content-type': 'application/json', 'user-agent': 'autoenhance-reprocess', ...signed };
    return post(url, { headers, body }, limits);
  };
}

const SHOWN_CHARACTERS = 200;

/** A result as the delivery log keeps it. @param at epoch ms at which the attempt began */
export function attemptOf(result: PostResult, at: number): DeliveryAttempt {
  const error = failureOf(result);
  return {
    at,
    durationMs: result.durationMs,
    ...(result.kind === 'answered' && { status: result.status }),
    ...(error !== undefined && { error }),
    // What a receiver says when all is well is nobody's matter.
    ...(error !== undefined && result.kind === 'answered' && { response: result.text.slice(0, SHOWN_CHARACTERS) }),
  };
}

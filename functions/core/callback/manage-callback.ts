import type { Clock, Limits, Logger } from '../ports.ts';
import {
  type Callback,
  isSet,
  MAX_SECRETS,
  rotated,
  type SecretSource,
  type SetCallback,
  signing,
  type Target,
} from './callback.ts';
import { type CallbackDelivery, type DeliveryAttempt, withResend } from './delivery.ts';
import { isDelivered } from './delivery-policy.ts';
import type { CallbackStore, DeliveryLog, ReadCallbackKeys } from './ports.ts';
import { attemptOf, type SendCallback } from './send-callback.ts';
import { newestKeyId, signingSecret } from './signing.ts';
import { testEvent } from './test-event.ts';

export interface ManageCallbackParts {
  readonly callbacks: CallbackStore;
  readonly deliveries: Pick<DeliveryLog, 'save'>;
  readonly sendCallback: SendCallback;
  readonly readKeys: ReadCallbackKeys;
  readonly stage: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomId: () => string;
  readonly log: Logger;
}

export type SetResult =
  /** `secret`: of a new callback, which is shown this once. */
  | { readonly kind: 'set'; readonly callback: SetCallback; readonly secret?: string }
  /** The test failed, and nothing has changed. `secret`: of a partner who has no callback yet, so that the receiver can learn it. */
  | { readonly kind: 'refused'; readonly attempt: DeliveryAttempt; readonly secret?: string }
  /** Somebody removed it at the same time. */
  | { readonly kind: 'conflict' };

export type RotateResult =
  | { readonly kind: 'rotated'; readonly secret: string; readonly callback: Callback }
  | { readonly kind: 'conflict' }
  /** Too many still sign. */
  | { readonly kind: 'too_many' };

/** Each throws DependencyUnavailable. */
export interface ManageCallback {
  set(partner: string, to: Pick<Target, 'url' | 'events'>, limits: Limits): Promise<SetResult>;
  /** Sends a test. One that succeeds ends a pause. */
  test(callback: SetCallback, limits: Limits): Promise<DeliveryAttempt>;
  rotate(callback: Callback, limits: Limits): Promise<RotateResult>;
  /** Sends a callback of the log once more, at once. Returns it with this attempt. */
  resend(callback: SetCallback, delivery: CallbackDelivery, limits: Limits): Promise<CallbackDelivery>;
}

/** What a partner does with its callback. */
export function createManageCallback(parts: ManageCallbackParts): ManageCallback {
  const { callbacks, deliveries, sendCallback, readKeys, stage, clock, randomId, log } = parts;

  async function newSecret(limits: Limits): Promise<SecretSource> {
    return { keyId: newestKeyId(await readKeys(limits)), salt: randomId(), createdAt: clock.now() };
  }

  async function sendTest(callback: Callback, url: string, limits: Limits): Promise<DeliveryAttempt> {
    const { partner } = callback;
    const at = clock.now();
    const message = testEvent({ partner, stage, id: randomId(), at });
    const attempt = attemptOf(await sendCallback({ ...callback, url }, message, limits), at);
    const { status, error, durationMs } = attempt;
    log.info('a callback was tested', { partner, status, error, duration_ms: durationMs });
    return attempt;
  }

  return {
    async set(partner, to, limits) {
      const callback = await callbacks.begin(partner, await newSecret(limits), limits);
      const [newest] = callback.secrets;
      const isNew = callback.target === undefined && newest !== undefined;
      const secret = isNew && { secret: signingSecret(await readKeys(limits, [newest.keyId]), partner, newest) };
      const attempt = await sendTest(callback, to.url, limits);
      if (attempt.error !== undefined) return { kind: 'refused', attempt, ...secret };
      const aimed = await callbacks.aim(partner, to, limits);
      if (!isSet(aimed)) return { kind: 'conflict' };
      log.info('a callback was set', { partner, origin: new URL(to.url).origin });
      return { kind: 'set', callback: aimed, ...secret };
    },
    async test(callback, limits) {
      const { partner, target } = callback;
      const attempt = await sendTest(callback, target.url, limits);
      if (attempt.error === undefined && (target.paused ?? target.failingSince) !== undefined) {
        await callbacks.working(partner, target, 'pause', limits);
      }
      return attempt;
    },
    async rotate(callback, limits) {
      const now = clock.now();
      if (signing(callback.secrets, now).length >= MAX_SECRETS) return { kind: 'too_many' };
      const next = await newSecret(limits);
      const secrets = rotated(callback.secrets, next, now);
      if (!(await callbacks.replaceSecrets(callback, secrets, limits))) return { kind: 'conflict' };
      log.info('the secret of a callback was rotated', { partner: callback.partner });
      const secret = signingSecret(await readKeys(limits, [next.keyId]), callback.partner, next);
      return { kind: 'rotated', secret, callback: { ...callback, secrets } };
    },
    async resend(callback, delivery, limits) {
      const at = clock.now();
      const result = await sendCallback({ ...callback, url: callback.target.url }, delivery, limits);
      const attempted = {
        ...withResend(delivery, attemptOf(result, at)),
        ...(isDelivered(result) && { state: 'delivered' as const }),
      };
      await deliveries.save(attempted, limits);
      // A pause stays: only a test ends it.
      const { failingSince, paused } = callback.target;
      if (isDelivered(result) && failingSince !== undefined && paused === undefined) {
        await callbacks.working(callback.partner, callback.target, 'failure', limits);
      }
      return attempted;
    },
  };
}

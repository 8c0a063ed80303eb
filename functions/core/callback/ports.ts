import type { Limits } from '../ports.ts';
import type { AskedPage } from '../request/request-lists.ts';
import type { Callback, SecretSource, Target } from './callback.ts';
import type { CallbackDelivery, CallbackMessage } from './delivery.ts';
import type { PostResult } from './delivery-policy.ts';
import type { CallbackKeys } from './signing.ts';

/** Partners' callbacks in the ledger. Every method throws DependencyUnavailable. */
export interface CallbackStore {
  /** Reads consistently. */
  find(partner: string, limits: Limits): Promise<Callback | undefined>;
  /** Gives the partner a secret unless it has one. Returns what the ledger has then. */
  begin(partner: string, secret: SecretSource, limits: Limits): Promise<Callback>;
  /** Sets the target, and ends a pause. Undefined when the callback was removed meanwhile. */
  aim(partner: string, to: Pick<Target, 'url' | 'events'>, limits: Limits): Promise<Callback | undefined>;
  /** Replaces the secrets if they are still these. @returns false when somebody else has changed them */
  replaceSecrets(callback: Callback, secrets: readonly SecretSource[], limits: Limits): Promise<boolean>;
  /** Removes it with its secrets. @param target if it is still this one; whatever it is without it */
  remove(partner: string, target: Target | undefined, limits: Limits): Promise<void>;
  /** Each of these does nothing when the target is another one by now. */
  failing(partner: string, target: Target, since: number, limits: Limits): Promise<void>;
  pause(partner: string, target: Target, pause: NonNullable<Target['paused']>, limits: Limits): Promise<void>;
  /** It works again. @param ends whether this ends a pause too */
  working(partner: string, target: Target, ends: 'failure' | 'pause', limits: Limits): Promise<void>;
}

/** The delivery log. Every method throws DependencyUnavailable. */
export interface DeliveryLog {
  find(id: string, limits: Limits): Promise<CallbackDelivery | undefined>;
  /** What has been delivered stays so, and what was given up does not wait again. */
  save(delivery: CallbackDelivery, limits: Limits): Promise<void>;
  /** A partner's, newest first. @throws InvalidCursor */
  list(partner: string, page: AskedPage, limits: Limits): Promise<DeliveryPage>;
}

export interface DeliveryPage {
  readonly deliveries: readonly CallbackDelivery[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

export interface CallbackQueue {
  /** Resolves only when SQS has it. @throws DependencyUnavailable */
  send(message: CallbackMessage, limits: Limits): Promise<void>;
  /** See `Outcomes.join`. */
  join(limits: Limits): () => void;
}

/** One POST. Never rejects. */
export type Post = (
  url: string,
  content: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  limits: Limits,
) => Promise<PostResult>;

/** @param needed ids of keys that have to be among them, if they are there at all. @throws DependencyUnavailable */
export type ReadCallbackKeys = (limits: Limits, needed?: readonly string[]) => Promise<CallbackKeys>;

/** What became of a callback itself. */
export interface CallbackEvent {
  readonly id: string;
  readonly groupId: string;
  readonly type: 'callback.paused' | 'callback.removed';
  readonly at: number;
  readonly callback: {
    readonly partner: string;
    /** Of its URL, whose path may be a secret. */
    readonly origin: string;
    readonly failingSince?: number;
    readonly detail: string;
  };
}

export interface CallbackEvents {
  /** Resolves only when SQS has the event. @throws DependencyUnavailable */
  publish(event: CallbackEvent, limits: Limits): Promise<void>;
}

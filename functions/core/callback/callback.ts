/** The events that a partner may be told of. */
export const CALLBACK_EVENTS = [
  'reprocess.succeeded',
  'reprocess.failed',
  'image.processed',
  'image.failed',
  'image.unknown',
  'batch.finished',
] as const;

export type CallbackEventType = (typeof CALLBACK_EVENTS)[number];

/** What a signing secret is derived from, see `signingSecret`. The secret itself is kept nowhere. */
export interface SecretSource {
  /** The service's own key. */
  readonly keyId: string;
  /** Random. */
  readonly salt: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms from which it signs no more; absent for the newest. */
  readonly expiresAt?: number;
}

/** Where a partner is told of outcomes. */
export interface Target {
  readonly url: string;
  readonly events: readonly CallbackEventType[];
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms. Changes with each `PUT`, so that what is learnt of one URL is not written to the next. */
  readonly updatedAt: number;
  /** Epoch ms of the first failure since the last success; absent while all is well. */
  readonly failingSince?: number;
  /** Nothing is sent until a test succeeds. */
  readonly paused?: { readonly at: number; readonly detail: string };
}

/** A partner's callback. It has no target until its first test succeeds: the receiver has to know the secret before. */
export interface Callback {
  readonly partner: string;
  /** The newest first. */
  readonly secrets: readonly SecretSource[];
  readonly target?: Target;
}

/** A callback that has been set. */
export type SetCallback = Callback & { readonly target: Target };

export function isSet(callback: Callback | undefined): callback is SetCallback {
  return callback?.target !== undefined;
}

/** How long an old secret signs beside the new one. */
const OVERLAP_MS = 24 * 60 * 60 * 1000;
/** Each adds a signature to every callback. */
export const MAX_SECRETS = 4;

/** The secrets that sign at a time. */
export function signing(secrets: readonly SecretSource[], now: number): readonly SecretSource[] {
  return secrets.filter(({ expiresAt = Number.POSITIVE_INFINITY }) => expiresAt > now);
}

/** With a new secret before those that still sign, which end a day later. */
export function rotated(secrets: readonly SecretSource[], next: SecretSource, now: number): readonly SecretSource[] {
  const old = signing(secrets, now).map((each) => ({ ...each, expiresAt: each.expiresAt ?? now + OVERLAP_MS }));
  return [next, ...old];
}

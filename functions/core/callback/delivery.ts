import { hash } from 'node:crypto';
import type { CallbackEventType } from './callback.ts';

/** One POST to a receiver, and what came back. */
export interface DeliveryAttempt {
  /** Epoch ms. */
  readonly at: number;
  readonly durationMs: number;
  /** Of the response; absent when there was none. */
  readonly status?: number;
  /** Why it failed. */
  readonly error?: string;
  /** The beginning of the response. */
  readonly response?: string;
}

/** `waiting` for its next attempt, `delivered`, or `given_up` for good. */
export const DELIVERY_STATES = ['waiting', 'delivered', 'given_up'] as const;
type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What a partner is told of one event. */
export interface CallbackMessage {
  /** The `webhook-id`: the same however often it is sent. */
  readonly id: string;
  readonly partner: string;
  readonly eventId: string;
  readonly type: CallbackEventType;
  /** The image's id, or the batch's. Messages about the same come in order. */
  readonly subject: string;
  /** Epoch ms of the event. */
  readonly at: number;
  /** The CloudEvent as JSON text, at most `MAX_PAYLOAD_BYTES`. */
  readonly payload: string;
}

/** A line of the delivery log. */
export interface CallbackDelivery extends CallbackMessage {
  readonly state: DeliveryState;
  /** All of them. */
  readonly attempts: number;
  /** Those of them that somebody asked for: they bring forward no end. */
  readonly resends?: number;
  /** The last ones, the oldest first. */
  readonly lastAttempts: readonly DeliveryAttempt[];
  /** Epoch ms. */
  readonly nextAttemptAt?: number;
}

const KEPT_ATTEMPTS = 10;

export function deliveryOf(message: CallbackMessage): CallbackDelivery {
  return { ...message, state: 'waiting', attempts: 0, lastAttempts: [] };
}

export function withAttempt(
  { nextAttemptAt: _, ...delivery }: CallbackDelivery,
  attempt: DeliveryAttempt,
): CallbackDelivery {
  const lastAttempts = [...delivery.lastAttempts, attempt].slice(-KEPT_ATTEMPTS);
  return { ...delivery, attempts: delivery.attempts + 1, lastAttempts };
}

/** The same with an attempt that somebody asked for. One that waits is sent when it would have been. */
export function withResend(
  { nextAttemptAt, ...delivery }: CallbackDelivery,
  attempt: DeliveryAttempt,
): CallbackDelivery {
  const { resends = 0 } = delivery;
  return {
    ...withAttempt(delivery, attempt),
    resends: resends + 1,
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
  };
}

const ID_DIGITS = 32;

/** The id of what a partner is told of an event: receivers know a repetition by it. It has no dots, which separate what is signed. */
export function messageIdOf(partner: string, eventId: string): string {
  return `msg_${hash('sha256', JSON.stringify([partner, eventId])).slice(0, ID_DIGITS)}`;
}

export const MESSAGE_ID = /^msg_[0-9a-f]{32}$/;

import type { JsonObject } from '../json.ts';

/** A call of the webhook. */
export type WebhookNotification =
  /** The webhook's settings were saved in Autoenhance's web application. */
  { readonly kind: 'settings' } | FinishedImage | OtherNotification;

export interface FinishedImage {
  readonly kind: 'finished';
  readonly imageId: string;
  readonly hasFailed: boolean;
  readonly body: JsonObject;
}

/** Any other event, including those that Autoenhance may add later. */
export interface OtherNotification {
  readonly kind: 'other';
  /** See {@link eventName}. */
  readonly name: string;
  readonly imageId?: string;
  /** Any JSON value. */
  readonly body: unknown;
}

const MAX_NAME_CHARACTERS = 64;

/** An event's name, valid in an event type and as a message group: 1 to 64 of A-Z a-z 0-9 . _ - */
export function eventName(value: unknown): string {
  if (typeof value !== 'string' || value === '') return 'unnamed';
  return value.slice(0, MAX_NAME_CHARACTERS).replace(/[^A-Za-z0-9._-]/g, '_');
}

import type { JsonObject } from '../json.ts';

/** What a call of the webhook tells. */
export type WebhookNotification =
  /** The webhook's settings were saved in Autoenhance's web application; no image is concerned. */
  { readonly kind: 'settings' } | FinishedImage | OtherNotification;

export interface FinishedImage {
  readonly kind: 'finished';
  readonly imageId: string;
  readonly hasFailed: boolean;
  readonly body: JsonObject;
}

/** Whatever else Autoenhance tells, or will tell one day. */
export interface OtherNotification {
  readonly kind: 'other';
  /** See {@link eventName}. */
  readonly name: string;
  readonly imageId?: string;
  /** Any JSON value. */
  readonly body: unknown;
}

const MAX_NAME_CHARACTERS = 64;

/** An event's name in what both an event's type and a message group take: 1 to 64 of A-Z a-z 0-9 . _ - */
export function eventName(value: unknown): string {
  if (typeof value !== 'string' || value === '') return 'unnamed';
  return value.slice(0, MAX_NAME_CHARACTERS).replace(/[^A-Za-z0-9._-]/g, '_');
}

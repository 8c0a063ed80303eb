import { hash } from 'node:crypto';
import { escapeForSqs } from '../escape-for-sqs.ts';
import type { CallbackMessage } from './delivery.ts';

/** The message of the queue of callbacks. */
export function encodeCallbackMessage({ id, partner, eventId, type, subject, at, payload }: CallbackMessage): string {
  return escapeForSqs(JSON.stringify({ id, partner, event_id: eventId, type, subject, at, payload }));
}

const GROUP_DIGITS = 32;

/** The message group: what one partner is told of one image comes in order, and nothing else waits for it. SQS takes 128 characters. */
export function callbackGroupOf({ partner, subject }: Pick<CallbackMessage, 'partner' | 'subject'>): string {
  return `${partner}:${hash('sha256', subject).slice(0, GROUP_DIGITS)}`;
}

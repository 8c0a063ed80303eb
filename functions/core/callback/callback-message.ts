import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { escapeForSqs } from '../escape-for-sqs.ts';
import { CALLBACK_EVENTS } from './callback.ts';
import { type CallbackMessage, MESSAGE_ID } from './delivery.ts';

// The message of the queue of callbacks.

const messageSchema = z.object({
  id: z.string().check(z.regex(MESSAGE_ID)),
  partner: z.string(),
  event_id: z.string(),
  type: z.enum(CALLBACK_EVENTS),
  subject: z.string(),
  at: z.int(),
  payload: z.string(),
});

export function encodeCallbackMessage({ eventId, ...message }: CallbackMessage): string {
  const { id, partner, type, subject, at, payload } = message;
  return escapeForSqs(JSON.stringify({ id, partner, event_id: eventId, type, subject, at, payload }));
}

/** @throws Error when this service has not written it */
export function decodeCallbackMessage(body: string): CallbackMessage {
  const { event_id: eventId, ...message } = messageSchema.parse(JSON.parse(body));
  return { ...message, eventId };
}

const GROUP_DIGITS = 32;

/** The message group: what one partner is told of one image comes in order, and nothing else waits for it. SQS takes 128 characters. */
export function callbackGroupOf({ partner, subject }: Pick<CallbackMessage, 'partner' | 'subject'>): string {
  return `${partner}:${hash('sha256', subject).slice(0, GROUP_DIGITS)}`;
}

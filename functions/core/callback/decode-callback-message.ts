import * as z from 'zod/mini';
import { CALLBACK_EVENTS } from './callback.ts';
import { type CallbackMessage, MESSAGE_ID } from './delivery.ts';

const messageSchema = z.object({
  id: z.string().check(z.regex(MESSAGE_ID)),
  partner: z.string(),
  event_id: z.string(),
  type: z.enum(CALLBACK_EVENTS),
  subject: z.string(),
  at: z.int(),
  payload: z.string(),
});

/** Reads what `encodeCallbackMessage` has written. @throws Error for anything else */
export function decodeCallbackMessage(body: string): CallbackMessage {
  const { event_id: eventId, ...message } = messageSchema.parse(JSON.parse(body));
  return { ...message, eventId };
}

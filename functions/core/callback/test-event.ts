import { encodeCloudEvent } from '../outcome/cloud-event.ts';
import { messageIdOf } from './delivery.ts';

/** What a test sends: a CloudEvent of a type of its own, which is about nothing. */
export function testEvent(facts: {
  readonly partner: string;
  readonly stage: string;
  /** Random. */
  readonly id: string;
  readonly at: number;
}): { readonly id: string; readonly payload: string } {
  const { partner, stage, id, at } = facts;
  const eventId = `callback:${partner}.test.${id}`;
  const event = { id: eventId, type: 'callback.test', subject: partner, at, data: { partner } };
  return { id: messageIdOf(partner, eventId), payload: encodeCloudEvent(event, stage) };
}

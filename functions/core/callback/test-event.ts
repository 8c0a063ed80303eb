import { isoTime } from '../outcome/encode-result.ts';
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
  const event = {
    specversion: '1.0',
    id: `callback:${partner}.test.${id}`,
    type: 'callback.test',
    source: `reprocess/${stage}`,
    subject: partner,
    time: isoTime(at),
    datacontenttype: 'application/json',
    data: { partner },
  };
  return { id: messageIdOf(partner, event.id), payload: JSON.stringify(event) };
}

import type { AnyEvent, AutoenhanceEvent } from '../contract.ts';

/** An event whose type this version of the client does not know. Ignore it. */
export interface UnknownEvent {
  readonly type: 'unknown';
  /** As it came. */
  readonly event: { readonly type: string; readonly [name: string]: unknown };
}

/** With its own type, so that `switch (event.type)` tells the others apart. */
type VendorEvent = Omit<AutoenhanceEvent, 'type'> & { readonly type: `autoenhance.${string}` };
type WithOneType<Event> = Event extends { readonly type: infer Type } ? (string extends Type ? never : Event) : never;
type OwnEvent = WithOneType<AnyEvent>;

export type ReprocessEvent = OwnEvent | VendorEvent | UnknownEvent;

const KNOWN: Readonly<Record<OwnEvent['type'], 1>> = {
  'reprocess.succeeded': 1,
  'reprocess.failed': 1,
  'image.processed': 1,
  'image.failed': 1,
  'image.unknown': 1,
  'batch.finished': 1,
  'callback.paused': 1,
  'callback.removed': 1,
};

/**
 * A message of the results queue, or the body of a callback.
 * @param message JSON text, or what was parsed from it
 * @throws TypeError when it is not a CloudEvent
 */
export function parseEvent(message: unknown): ReprocessEvent {
  const event = typeof message === 'string' ? JSON.parse(message) : message;
  const { specversion, type } = Object(event);
  if (specversion !== '1.0' || typeof type !== 'string')
    throw new TypeError('an event must be a CloudEvent 1.0 as JSON');
  return Object.hasOwn(KNOWN, type) || type.startsWith('autoenhance.') ? event : { type: 'unknown', event };
}

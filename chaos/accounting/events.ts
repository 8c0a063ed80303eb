import type { FactOf } from '../facts.ts';

/** The type of an event, from the beginning of its JSON. */
export function typeOf({ body }: FactOf<'published'>): string {
  return /"type":"([^"]*)"/.exec(body.slice(0, BEGINNING))?.[1] ?? '';
}
const BEGINNING = 500;

export const isOutcome = (event: FactOf<'published'>): boolean =>
  !isOfImage(event) && !isOfBatch(event) && !isOfCallback(event);
export const isOfImage = (event: FactOf<'published'>): boolean => typeOf(event).startsWith('image.');
export const isOfBatch = (event: FactOf<'published'>): boolean => typeOf(event) === 'batch.finished';
export const isOfCallback = (event: FactOf<'published'>): boolean => typeOf(event).startsWith('callback.');

interface Telling {
  readonly eventId: string;
  readonly at: number;
}

const OF_IMAGE = '.image.';

/**
 * Whether what was found of a request's image was told anew. It may change before it has reached both queues: then what was found
 * last is told in both.
 */
export function isToldAnew({ eventId, at }: Telling, tellings: readonly Telling[]): boolean {
  const [requestId, ...end] = eventId.split(OF_IMAGE);
  return end.length > 0 && tellings.some((one) => one.at > at && one.eventId.startsWith(`${requestId}${OF_IMAGE}`));
}

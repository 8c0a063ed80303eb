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

/** Of the end of an image: the request that it is told of. */
export const requestIdOf = (eventId: string): string => eventId.split('.image.', 1)[0] ?? '';

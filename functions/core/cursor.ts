import { jsonIfAny } from './json.ts';

/** A place in a list, as text for a URL. */
export function encodeCursor(...place: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** What {@link encodeCursor} was given, unchecked; of any other text, anything or nothing. */
export function decodeCursor(cursor: string): readonly unknown[] {
  const place = jsonIfAny(Buffer.from(cursor, 'base64url').toString('utf8'));
  return Array.isArray(place) ? place : [];
}

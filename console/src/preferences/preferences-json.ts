import type { Preferences } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';

export type ParsedPreferences =
  | { readonly preferences: Preferences; readonly problem?: undefined }
  | { readonly preferences?: undefined; readonly problem: string };

/** Nothing but blanks means no preferences. */
export function parsePreferences(text: string): ParsedPreferences {
  if (text.trim() === '') return { preferences: {} };
  try {
    const value: unknown = parseExactly(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { preferences: { ...value } };
    return { problem: Array.isArray(value) ? texts.newBatch.jsonList : texts.newBatch.jsonNoObject };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

export function preferencesText(preferences: Preferences): string {
  return Object.keys(preferences).length === 0 ? '' : JSON.stringify(preferences, null, 2);
}

type Reviver = (name: string, value: unknown, context?: { readonly source?: string }) => unknown;
interface ExactJson {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON?(text: string): unknown;
}

/** Numbers that JavaScript would round, or write in another way, keep every digit, where the browser tells how they were written. */
export function parseExactly(text: string): unknown {
  const json = JSON as ExactJson;
  return json.parse(text, (_, value, context) => {
    const source = context?.source;
    const isChanged = typeof value === 'number' && source !== undefined && String(value) !== source;
    return isChanged ? (json.rawJSON?.(source) ?? value) : value;
  });
}

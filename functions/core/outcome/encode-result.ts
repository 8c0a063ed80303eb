import { jsonIfAny, parseJson } from '../json.ts';
import type { Outcome } from './outcome.ts';

// Shared by HTTP responses and events.

/** The result of a request: `image` when the endpoint acted, else `error`. */
export function encodeResult(outcome: Outcome): { readonly image: unknown } | { readonly error: object } {
  if (outcome.kind === 'succeeded') return { image: outcome.response === null ? null : parseJson(outcome.response) };
  const { code, title, detail, status, endpoint, mayHaveActed } = outcome.error;
  const response = endpoint === undefined ? undefined : jsonOrText(endpoint);
  return { error: { code, title, detail, status, endpoint: response, may_have_acted: mayHaveActed } };
}

/** ISO 8601 in UTC, with ms. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

export function isoTimeIfAny(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : isoTime(epochMs);
}

function jsonOrText(text: string): unknown {
  const value = jsonIfAny(text);
  return value === undefined ? text : value;
}

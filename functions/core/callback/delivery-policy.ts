import type { Random } from '../ports.ts';

/** What became of one POST. Nothing of a response but its beginning is kept. */
export type PostResult =
  | {
      readonly kind: 'answered';
      readonly durationMs: number;
      readonly status: number;
      readonly retryAfterMs?: number;
      /** At most 4 KB. */
      readonly text: string;
    }
  | {
      readonly kind: 'not_answered';
      readonly durationMs: number;
      /** For the partner: names no address. */
      readonly error: string;
    };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The waits after each failed attempt, in ms; after the last one comes no other attempt. */
export const CALLBACK_WAITS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  10 * HOUR,
] as const;

/** A tenth more or less, so that what failed together is not sent together. SQS hides a message for at most 12 hours. */
const JITTER = 0.1;

export type NextStep =
  | { readonly kind: 'delivered' }
  /** The receiver does not want to be called any more. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'again'; readonly ms: number }
  | { readonly kind: 'given_up' };

/** @param attempt its number, from 1 */
export function nextStep(result: PostResult, attempt: number, random: Random): NextStep {
  if (isDelivered(result)) return { kind: 'delivered' };
  if (result.kind === 'answered' && result.status === 410) return { kind: 'gone' };
  const wait = CALLBACK_WAITS_MS[attempt - 1];
  if (wait === undefined) return { kind: 'given_up' };
  const asked = result.kind === 'answered' ? (result.retryAfterMs ?? 0) : 0;
  return { kind: 'again', ms: Math.max(asked, wait * (1 - JITTER + 2 * JITTER * random())) };
}

export function isDelivered(result: PostResult): boolean {
  return result.kind === 'answered' && result.status >= 200 && result.status < 300;
}

/** Why an attempt failed, for the partner; undefined when it did not. */
export function failureOf(result: PostResult): string | undefined {
  if (result.kind === 'not_answered') return result.error;
  if (isDelivered(result)) return undefined;
  if (result.status >= 300 && result.status < 400) {
    return `the receiver answered ${result.status}: redirects are not followed`;
  }
  return `the receiver answered ${result.status}`;
}

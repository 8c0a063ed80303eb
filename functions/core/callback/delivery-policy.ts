import type { Random } from '../ports.ts';

/** What became of one POST. Nothing of a response but its beginning is kept. */
export type Answer =
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
export function nextStep(answer: Answer, attempt: number, random: Random): NextStep {
  if (isDelivered(answer)) return { kind: 'delivered' };
  if (answer.kind === 'answered' && answer.status === 410) return { kind: 'gone' };
  const wait = CALLBACK_WAITS_MS[attempt - 1];
  if (wait === undefined) return { kind: 'given_up' };
  const asked = answer.kind === 'answered' ? (answer.retryAfterMs ?? 0) : 0;
  return { kind: 'again', ms: Math.max(asked, wait * (1 - JITTER + 2 * JITTER * random())) };
}

export function isDelivered(answer: Answer): boolean {
  return answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
}

/** Why an attempt failed, for the partner; undefined when it did not. */
export function failureOf(answer: Answer): string | undefined {
  if (answer.kind === 'not_answered') return answer.error;
  if (isDelivered(answer)) return undefined;
  if (answer.status >= 300 && answer.status < 400) {
    return `the receiver answered ${answer.status}: redirects are not followed`;
  }
  if (answer.status === 410) return 'the receiver answered 410: the callback is removed';
  return `the receiver answered ${answer.status}`;
}

import type { ErrorFacts } from '../reprocess-error.ts';

export interface Failure {
  readonly facts: ErrorFacts;
  readonly isRetryable: boolean;
  readonly cause?: unknown;
}

type Members = Readonly<Record<string, unknown>>;

/** What a response without success says. @param now epoch ms, for a `Retry-After` that is a date */
export function responseFailure({ status, headers }: Response, text: string, now: number): Failure {
  const body = jsonOrText(text);
  const { code, may_have_acted, request_id, detail, message } = Object(body) as Members;
  // A gateway's answer has no code. With one it tells the outcome of a request, and the same call would get it again.
  const isRetryable = status === 429 || status === 503 || ((status === 502 || status === 504) && !code);
  const facts = {
    status,
    code: `${code ?? `http_${status}`}`,
    detail: textsIn(detail ?? message).join('; ') || `the service answered ${status}`,
    requestId: headers.get('reprocess-request-id') ?? (request_id as string | undefined),
    // A throttled call was not begun.
    mayHaveActed: may_have_acted === true || (isRetryable && status !== 429),
    retryAfter: secondsOf(headers.get('retry-after'), now),
    body,
  };
  return { facts, isRetryable };
}

/** Errors of fields are lists of texts within objects. */
function textsIn(value: unknown): readonly string[] {
  return typeof value === 'object' ? Object.values(value ?? {}).flatMap(textsIn) : value ? [`${value}`] : [];
}

/** @param value seconds, or a date */
function secondsOf(value: string | null, now: number): number | undefined {
  const seconds = value === null ? NaN : /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000;
  return seconds >= 0 ? seconds : undefined;
}

export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

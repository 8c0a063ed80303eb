import type { ErrorFacts } from '../reprocess-error.ts';

export interface Failure {
  readonly facts: ErrorFacts;
  readonly isRetryable: boolean;
  readonly cause?: unknown;
}

type Members = Readonly<Record<string, unknown>>;

/** What a response without success says. */
export function responseFailure({ status, headers }: Response, text: string): Failure {
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
    // Seconds. Of a date, which this service never gives, the usual wait takes the place.
    retryAfter: Number(headers.get('retry-after')) || undefined,
    body,
  };
  return { facts, isRetryable };
}

/** Errors of fields are lists of texts within objects. */
function textsIn(value: unknown): readonly string[] {
  return typeof value === 'object' ? Object.values(value ?? {}).flatMap(textsIn) : value ? [`${value}`] : [];
}

export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { ReprocessError } from '../reprocess-error.ts';
import type { Settings } from '../settings.ts';
import { type Failure, responseFailure } from './response-error.ts';
import { retryDelay } from './retry-delay.ts';

/** What lies outside of the client. */
export interface Runtime {
  readonly fetch: typeof globalThis.fetch;
  /** Epoch ms. */
  now(): number;
  /** From 0 to 1. */
  random(): number;
  /** @throws the signal's reason when it aborts */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole call with all of its retries, in ms. */
  readonly timeoutMs?: number | undefined;
}

export interface Outgoing extends CallOptions {
  readonly route?: string | undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body?: string | Blob | undefined;
  /** Whether it makes Autoenhance enhance images. */
  readonly costs?: boolean | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** Reads a response of success, or a redirect. */
export type Read<T> = (response: Response) => Promise<T>;

export type Send = <T>(outgoing: Outgoing, read: Read<T>) => Promise<T>;

/** Node keeps the whole body in memory for a redirect unless that is an error. Workers know no such thing. */
const WITH_FILE = /Workers/.test(`${globalThis.navigator?.userAgent}`) ? 'follow' : 'error';

/** API Gateway ends a call after 30 s. */
const ATTEMPT_MS = 35_000;
/** The URL for a file is valid for an hour. */
export const UPLOAD_MS = 3_600_000;

/** Sends a call until it is answered: the same call under the same key, within one deadline. */
export function createSend({ fetch, now, random, sleep }: Runtime, settings: Settings): Send {
  async function attempt<T>(outgoing: Outgoing, limitMs: number, read: Read<T>): Promise<Failure | { value: T }> {
    const { method, url, headers, body, signal } = outgoing;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), limitMs);
    try {
      const response = await fetch(url, {
        method,
        headers,
        body: body ?? null,
        // A redirect would hand the API key on to another host.
        redirect: headers.has('x-api-key') ? 'manual' : body ? WITH_FILE : 'follow',
        signal: AbortSignal.any([limit.signal, ...(signal ? [signal] : [])]),
      });
      if (response.status < 400) return { value: await read(response) };
      return responseFailure(response, await response.text());
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ReprocessError) throw error;
      return noResponse(error as Error, limit.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }

  return async (outgoing, read) => {
    const { route, signal, costs, idempotencyKey, body, timeoutMs = settings.timeoutMs } = outgoing;
    const end = now() + timeoutMs;
    let mayHaveActed = false;
    for (let retries = 0; ; retries++) {
      const limitMs = Math.min(body instanceof Blob ? UPLOAD_MS : ATTEMPT_MS, end - now());
      const result = await attempt(outgoing, limitMs, read);
      if ('value' in result) return result.value;
      const { facts, isRetryable, cause } = result;
      // A clear answer leaves no doubt about the attempts before it.
      mayHaveActed = !!costs && (facts.mayHaveActed || (isRetryable && mayHaveActed));
      const delayMs = retryDelay(retries, facts.retryAfter, random());
      if (!isRetryable || retries >= settings.retries || now() + delayMs >= end) {
        throw new ReprocessError({ ...facts, route, mayHaveActed, idempotencyKey }, cause);
      }
      await sleep(delayMs, signal);
    }
  };
}

/** Said of a connection that was never made, by Node, Deno and Bun. */
const NOT_CONNECTED = /refused|ENOTFOUND|EAI_AGAIN|CONNECT_TIMEOUT|dns error/i;

function noResponse(error: Error, hasTimedOut: boolean): Failure {
  const { code, message } = (error.cause ?? {}) as { readonly code?: string; readonly message?: string };
  const why = message || code || error.message;
  const facts = {
    code: hasTimedOut ? 'timed_out' : 'not_reached',
    detail: `no response came${hasTimedOut ? ' in time' : `: ${why}`}`,
    mayHaveActed: !NOT_CONNECTED.test(`${code} ${why}`),
  };
  return { facts, isRetryable: true, cause: error };
}

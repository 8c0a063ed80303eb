import type { Runtime } from '../../client/src/http/send.ts';

export interface SentCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly redirect: RequestInit['redirect'];
}

/** What a call gets: a response, or an error that it throws. */
export type Script = Response | Error | ((call: SentCall, signal: AbortSignal) => Promise<Response>);

/** A fetch that gives each call the next part of a script, and the last one for ever. */
export function scriptedFetch(...script: readonly Script[]) {
  const calls: SentCall[] = [];
  const fetch: typeof globalThis.fetch = async (url, { method = 'GET', headers, body, signal, redirect } = {}) => {
    signal?.throwIfAborted();
    const text = body ? await new Response(body).text() : undefined;
    const call = { method, url: new URL(String(url)), headers: new Headers(headers), body: text, redirect };
    const part = script[Math.min(calls.push(call), script.length) - 1];
    if (part === undefined || part instanceof Error) throw part;
    return part instanceof Response ? part.clone() : part(call, signal as AbortSignal);
  };
  return { calls, fetch };
}

/** A clock that only waits move on. @param random always this */
export function standingRuntime(fetch: typeof globalThis.fetch, random = 0.5) {
  const waits: number[] = [];
  let now = Date.parse('2026-11-22T12:00:00Z');
  const runtime: Runtime = {
    fetch,
    now: () => now,
    random: () => random,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      now += ms;
    },
  };
  return { runtime, waits };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

/** An error of fetch, as Node throws it. */
export function networkError(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(`${code}: it failed`), { code }) });
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

import type { Routes } from '../contract.ts';
import { ReprocessError } from '../reprocess-error.ts';
import type { Settings } from '../settings.ts';
import { jsonOrText } from './response-error.ts';
import type { CallOptions, Read, Send } from './send.ts';

export type Route = keyof Routes;
export type BodyOf<R extends Route> = Routes[R]['response'];

export interface Given<R extends Route> extends CallOptions {
  readonly query?: { readonly [Name in keyof Routes[R]['query']]: Routes[R]['query'][Name] | undefined };
  readonly headers?: { readonly [Name in keyof Routes[R]['headers']]: Routes[R]['headers'][Name] | undefined };
  readonly body?: Routes[R]['body'];
  readonly costs?: boolean | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Call {
  /** @param segments what stands in the route's path for `{…}`, in this order */
  <R extends Route>(route: R, segments: readonly string[], given?: Given<R>): Promise<Answer<BodyOf<R>>>;
  /** With another way to read the response. */
  <R extends Route, T>(route: R, segments: readonly string[], given: Given<R>, read: Read<T>): Promise<T>;
}

export function createCall(send: Send, { url, apiKey }: Settings): Call {
  return <R extends Route, T>(
    route: R,
    segments: readonly string[],
    { query, headers, body, ...rest }: Given<R> = {},
    read: Read<Answer<BodyOf<R>> | T> = readJson,
  ) => {
    let next = 0;
    const [method, path] = route.replace(/\{\w+\}/g, () => segmentOf(segments[next++])).split(' ');
    const search = new URLSearchParams(defined(query));
    const isFile = body instanceof Blob;
    const content = body && !isFile ? JSON.stringify(body) : body;
    const all = {
      ...headers,
      'x-api-key': apiKey,
      // The console's session, which a page has in place of a key, changes nothing without it.
      'x-reprocess-console': apiKey ? undefined : '1',
      'idempotency-key': rest.idempotencyKey,
      'content-type': body && (isFile ? body.type || 'application/octet-stream' : 'application/json'),
    };
    const address = `${url}${path}${search.size ? `?${search}` : ''}`;
    const outgoing = { ...rest, route, method, url: address, headers: new Headers(defined(all)), body: content };
    return send(outgoing as Parameters<Send>[0], read) as never;
  };
}

/** Calls a route with one id at most, for the body of its response. */
export function bodyOf<R extends Route>(call: Call, route: R, given?: Given<R>) {
  return async (id: string, options?: CallOptions): Promise<BodyOf<R>> =>
    (await call(route, [id], { ...given, ...options } as Given<R>)).body;
}

/** @throws TypeError for what would make another path of it */
function segmentOf(value = ''): string {
  if (/^\.{0,2}$/.test(value)) throw new TypeError(`an id must not be "${value}"`);
  return encodeURIComponent(value);
}

function defined(values: object = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** @throws ReprocessError when a successful response is not JSON, as a proxy's page is not */
async function readJson<Body>(response: Response): Promise<Answer<Body>> {
  const { status, headers, ok } = response;
  const body = jsonOrText(await response.text());
  // No success is a text.
  if (!ok || (body && typeof body === 'string')) {
    throw new ReprocessError({
      status,
      code: 'unreadable_response',
      detail: `the answer of ${status} is not JSON: is url the service's address?`,
      mayHaveActed: true,
      body,
    });
  }
  return { status, headers, body: body as Body };
}

import type { Routes } from '../contract.ts';
import { ReprocessError } from '../reprocess-error.ts';
import type { Settings } from '../settings.ts';
import { jsonOrText } from './response-error.ts';
import type { CallOptions, Send } from './send.ts';

export type Route = keyof Routes;

export interface Given<R extends Route> extends CallOptions {
  readonly query?: { readonly [Name in keyof Routes[R]['query']]: Routes[R]['query'][Name] | undefined };
  readonly headers?: { readonly [Name in keyof Routes[R]['headers']]: Routes[R]['headers'][Name] | undefined };
  readonly body?: Routes[R]['body'];
  readonly costs?: boolean | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface Answer<R extends Route> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Routes[R]['response'];
}

/** @param segments what stands in the route's path for `{…}`, in this order */
export type Call = <R extends Route>(route: R, segments: readonly string[], given?: Given<R>) => Promise<Answer<R>>;

export function createCall(send: Send, { url, apiKey }: Settings): Call {
  return <R extends Route>(route: R, segments: readonly string[], given: Given<R> = {}) => {
    const { query, headers, body, ...rest } = given;
    const [method = '', template = ''] = route.split(' ');
    const left = [...segments];
    const path = template.replace(/\{\w+\}/g, () => segmentOf(left.shift()));
    const search = new URLSearchParams(defined(query));
    const json = body === undefined ? undefined : JSON.stringify(body);
    const all = new Headers(
      defined({
        ...headers,
        'x-api-key': apiKey,
        'idempotency-key': rest.idempotencyKey,
        'content-type': json && 'application/json',
      }),
    );
    return send(
      { ...rest, method, url: `${url}${path}${search.size > 0 ? `?${search}` : ''}`, headers: all, body: json },
      readJson<R>,
    );
  };
}

/** @throws TypeError for what would make another path of it */
function segmentOf(value = ''): string {
  if (/^\.{0,2}$/.test(value)) throw new TypeError(`an id must not be empty, "." or "..", got "${value}"`);
  return encodeURIComponent(value);
}

function defined(values: object = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** @throws ReprocessError when a successful response is not JSON, as a proxy's page is not */
async function readJson<R extends Route>(response: Response): Promise<Answer<R>> {
  const { status, headers } = response;
  const body = jsonOrText(await response.text());
  // No success is a text.
  if (body && typeof body === 'string') {
    const detail = `the service answered ${status} with what is not JSON: is url its address?`;
    throw new ReprocessError({ status, code: 'unreadable_response', detail, mayHaveActed: true, body });
  }
  return { status, headers, body: body as Routes[R]['response'] };
}

import type { EndpointFault } from '../fault-schedule.ts';
import type { VendorImages } from './vendor-images.ts';
import type { VendorOrders } from './vendor-orders.ts';

/** A process call as it arrives. */
export interface ProcessCall {
  readonly imageId: string;
  readonly key: string;
  readonly preferences: Readonly<Record<string, unknown>>;
}

/** A call that reads an image or an order. */
export interface ReadCall {
  readonly key: string;
  readonly imageId?: string;
  readonly orderId?: string;
}

export interface EndpointResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly truncated: boolean;
}

/** What the endpoint refuses whatever the faults. */
export interface EndpointRules {
  /** Answered 404. */
  readonly unknownImages: ReadonlySet<string>;
  /** Answered 403 until then (epoch ms). */
  readonly lockedImages: ReadonlyMap<string, number>;
}

/** Preferences with this `enhance_type` are answered 422. */
export const REFUSED_STYLE = 'refused-by-the-endpoint';
/** The endpoint refuses more calls than this within a second. */
const CALLS_PER_SECOND = 300;
const HUGE_BYTES = 180 * 1024;

export interface Endpoint {
  /** Replaces the keys that are taken. */
  takeKeys(...keys: readonly string[]): void;
  /** What it would say to a call, and whether it acts on it. The response is that of the moment in which it is looked at. */
  responseTo(
    call: ProcessCall,
    fault: EndpointFault | undefined,
    now: number,
  ): { readonly response: EndpointResponse; readonly acts: boolean };
  /** @param number of the call */
  act(call: ProcessCall, number: number): void;
  /** Whether an image's record is still of the enhancement before. */
  isStale(imageId: string): boolean;
  /** What it says of an image or an order. */
  read(call: ReadCall, fault: EndpointFault | undefined, now: number): EndpointResponse;
}

/**
 * Autoenhance's endpoint: preferences that a call leaves out keep their last value.
 * @param images what becomes of them; without it they stay under way for ever
 * @param orders those that somebody has processed again
 */
export function createEndpoint(
  { unknownImages, lockedImages }: EndpointRules,
  images?: VendorImages,
  orders?: VendorOrders,
): Endpoint {
  const settings = new Map<string, Readonly<Record<string, unknown>>>();
  let keys: readonly string[] = [];
  let arrivals: number[] = [];

  /** Whether anybody may call just now. */
  function barOf(key: string, now: number): number | undefined {
    arrivals = [...arrivals.filter((at) => at > now - 1000), now];
    if (!keys.includes(key)) return 401;
    return arrivals.length > CALLS_PER_SECOND ? 429 : undefined;
  }

  function refusalOf({ imageId, key, preferences }: ProcessCall, now: number): number | undefined {
    const barred = barOf(key, now);
    if (barred !== undefined) return barred;
    if (unknownImages.has(imageId)) return 404;
    if (now < (lockedImages.get(imageId) ?? 0)) return 403;
    return preferences.enhance_type === REFUSED_STYLE ? 422 : undefined;
  }

  function recordOf(imageId: string): Readonly<Record<string, unknown>> {
    return { image_id: imageId, ...settings.get(imageId), ...images?.recordOf(imageId) };
  }

  function answerRead({ imageId, orderId = '' }: ReadCall): EndpointResponse {
    const order = orders?.read(orderId, (id) => (settings.has(id) ? recordOf(id) : undefined));
    if (order !== undefined) return order === null ? errorResponse(404) : ok(order);
    if (imageId === undefined) return ok({ order_id: orderId, images: images?.imagesOf(orderId).map(recordOf) ?? [] });
    return unknownImages.has(imageId) ? errorResponse(404) : ok(recordOf(imageId));
  }

  return {
    takeKeys(...taken) {
      keys = taken;
    },
    responseTo(call, fault, now) {
      const refused = faultResponse(fault, now) ?? refusalOf(call, now);
      if (refused !== undefined) {
        return { response: typeof refused === 'number' ? errorResponse(refused) : refused, acts: false };
      }
      const { imageId, preferences } = call;
      const begun = { status: 'processing', ...settings.get(imageId), ...preferences };
      return {
        acts: true,
        get response() {
          return spoilt(ok({ image_id: imageId, ...(images === undefined ? begun : recordOf(imageId)) }), fault);
        },
      };
    },
    act({ imageId, preferences }, number) {
      const changed = { ...settings.get(imageId), ...preferences };
      settings.set(imageId, changed);
      images?.begin(imageId, number, changed);
    },
    isStale: (imageId) => images?.isStale(imageId) === true,
    read(call, fault, now) {
      const barred = faultResponse(fault, now) ?? barOf(call.key, now);
      if (barred !== undefined) return typeof barred === 'number' ? errorResponse(barred) : barred;
      return spoilt(answerRead(call), fault);
    },
  };
}

function ok(record: object): EndpointResponse {
  const headers = { 'content-type': 'application/json' };
  return { status: 200, headers, body: JSON.stringify(record), truncated: false };
}

/** What a fault makes of a good response. */
function spoilt(response: EndpointResponse, fault: EndpointFault | undefined): EndpointResponse {
  const { body } = response;
  if (fault === 'gateway_acted') return { status: 504, headers: {}, body: '<html>504</html>', truncated: false };
  if (fault === 'malformed') return { status: 200, headers: {}, body: '<html>busy</html>', truncated: false };
  if (fault === 'broken_off') return { status: 200, headers: {}, body: body.slice(0, 20), truncated: true };
  if (fault === 'huge') return { ...response, body: `{"scene":"${'x'.repeat(HUGE_BYTES)}",${body.slice(1)}` };
  return response;
}

/** The response to a call in bad faults, before anybody has looked at it. */
function faultResponse(fault: EndpointFault | undefined, now: number): EndpointResponse | undefined {
  // A whole number of seconds that differs from call to call, and repeats with the time.
  const seconds = 1 + (now % 90);
  switch (fault) {
    case 'throttled':
      return errorResponse(429);
    case 'throttled_asked':
      return errorResponse(429, { 'retry-after': String(seconds) });
    case 'failing':
      return errorResponse(500);
    case 'unavailable':
      return errorResponse(503);
    case 'unavailable_asked': {
      const date = new Date(now);
      const until = new Date(now + seconds * 1000);
      return errorResponse(503, { date: date.toUTCString(), 'retry-after': until.toUTCString() });
    }
    case 'forbidden':
      return errorResponse(403);
    case 'gateway_down':
      return { status: 502, headers: {}, body: '<html>502 Bad Gateway</html>', truncated: false };
    case 'proxy_not_found':
      return { status: 404, headers: {}, body: 'default backend - 404', truncated: false };
    default:
      return undefined;
  }
}

function errorResponse(status: number, headers: Readonly<Record<string, string>> = {}): EndpointResponse {
  return {
    status,
    headers,
    body: JSON.stringify({ message: 'refused', detail: `status ${status}` }),
    truncated: false,
  };
}

interface HttpCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The image and the preferences of a call as it is sent. */
export function readCall(call: HttpCall): ProcessCall {
  const imageId = /\/v3\/images\/([^/]+)\/process$/.exec(call.url)?.[1];
  const preferences: unknown = JSON.parse(call.body);
  if (imageId === undefined || typeof preferences !== 'object' || preferences === null) {
    throw new Error(`no process call: ${call.url}`);
  }
  const key = call.headers['x-api-key'] ?? '';
  return { imageId: decodeURIComponent(imageId), key, preferences: preferences as ProcessCall['preferences'] };
}

/** What a call that reads is about. */
export function readReadCall({ url, headers }: HttpCall): ReadCall {
  const [, kind, id = ''] = /\/v3\/(images|orders)\/([^/]+)$/.exec(url) ?? [];
  if (kind === undefined) throw new Error(`no call that reads: ${url}`);
  const key = headers['x-api-key'] ?? '';
  return kind === 'images' ? { key, imageId: decodeURIComponent(id) } : { key, orderId: decodeURIComponent(id) };
}

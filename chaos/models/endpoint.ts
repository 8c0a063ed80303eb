import { isJsonObject } from '../../functions/core/json.ts';
import type { EndpointFault } from '../fault-schedule.ts';

/** A process call as it arrives. */
export interface ProcessCall {
  readonly imageId: string;
  readonly key: string;
  readonly preferences: Readonly<Record<string, unknown>>;
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
  /** What it would say to a call, and whether it acts on it. */
  responseTo(
    call: ProcessCall,
    fault: EndpointFault | undefined,
    now: number,
  ): { readonly response: EndpointResponse; readonly acts: boolean };
  act(call: ProcessCall): void;
}

/** Autoenhance's process endpoint: preferences that a call leaves out keep their last value. */
export function createEndpoint({ unknownImages, lockedImages }: EndpointRules): Endpoint {
  const settings = new Map<string, Readonly<Record<string, unknown>>>();
  let keys: readonly string[] = [];
  let arrivals: number[] = [];

  function refusalOf({ imageId, key, preferences }: ProcessCall, now: number): number | undefined {
    arrivals = [...arrivals.filter((at) => at > now - 1000), now];
    if (!keys.includes(key)) return 401;
    if (arrivals.length > CALLS_PER_SECOND) return 429;
    if (unknownImages.has(imageId)) return 404;
    if (now < (lockedImages.get(imageId) ?? 0)) return 403;
    return preferences.enhance_type === REFUSED_STYLE ? 422 : undefined;
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
      return { response: success(call, settings.get(call.imageId) ?? {}, fault), acts: true };
    },
    act({ imageId, preferences }) {
      settings.set(imageId, { ...settings.get(imageId), ...preferences });
    },
  };
}

function success({ imageId, preferences }: ProcessCall, before: object, fault?: EndpointFault): EndpointResponse {
  const record = { image_id: imageId, status: 'processing', ...before, ...preferences };
  const body = JSON.stringify(fault === 'huge' ? { ...record, scene: 'x'.repeat(HUGE_BYTES) } : record);
  if (fault === 'gateway_acted') return { status: 504, headers: {}, body: '<html>504</html>', truncated: false };
  if (fault === 'malformed') return { status: 200, headers: {}, body: '<html>busy</html>', truncated: false };
  if (fault === 'broken_off') return { status: 200, headers: {}, body: body.slice(0, 20), truncated: true };
  return { status: 200, headers: { 'content-type': 'application/json' }, body, truncated: false };
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

/** The image and the preferences of a call as it is sent. */
export function readCall(call: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}): ProcessCall {
  const imageId = /\/v3\/images\/([^/]+)\/process$/.exec(call.url)?.[1];
  const preferences: unknown = JSON.parse(call.body);
  if (imageId === undefined || !isJsonObject(preferences)) throw new Error(`no process call: ${call.url}`);
  return { imageId: decodeURIComponent(imageId), key: call.headers['x-api-key'] ?? '', preferences };
}

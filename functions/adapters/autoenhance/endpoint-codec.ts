import { AccountRefused, GatewayFailed, type ProcessError, RefusedForGood, RefusedForNow } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, jsonIfAny, parseJson } from '../../core/json.ts';
import type { ProcessResponse } from '../../core/ports.ts';
import { ruleFor, verdictOf } from '../../core/processing/retry-policy.ts';
import type { Preferences } from '../../core/request/preferences.ts';
import { retryAfterMs } from '../../core/retry-after.ts';
import type { HttpRequest, HttpResponse } from './http-request.ts';
import { refusedFields } from './refused-fields.ts';

/** The endpoint of a stage. */
export interface Endpoint {
  /** `https://api.autoenhance.ai`, with or without a slash at its end. */
  readonly baseUrl: string;
  /** Sent as `x-api-version`. Empty for the version that is pinned to the account. */
  readonly apiVersion: string;
}

/** A call as it is sent. */
export type Encoded = Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body' | 'maxResponseBytes' | 'asBytes'>;

/** `POST /v3/images/{id}/process` with the caller's preferences, unchanged. */
export function encodeProcess(endpoint: Endpoint, apiKey: string, imageId: string, preferences: Preferences): Encoded {
  const body = JSON.stringify(preferences);
  return {
    method: 'POST',
    url: `${urlOf(endpoint, imageId)}/process`,
    headers: {
      ...headersOf(endpoint, apiKey),
      'content-type': 'application/json',
    },
    body,
  };
}

/** `GET /v3/images/{id}` */
export function encodeRead(endpoint: Endpoint, apiKey: string, imageId: string): Encoded {
  return { method: 'GET', url: urlOf(endpoint, imageId), headers: headersOf(endpoint, apiKey), body: '' };
}

/** `GET /v3/orders/{id}` */
export function encodeReadOrder(endpoint: Endpoint, apiKey: string, orderId: string): Encoded {
  const url = `${hostOf(endpoint)}/v3/orders/${encodeURIComponent(orderId)}`;
  return { method: 'GET', url, headers: headersOf(endpoint, apiKey), body: '', maxResponseBytes: MAX_ORDER_BYTES };
}

/**
 * An order comes whole, with the whole record of each image: 20 MB for 5,000 images with 4 KiB each. It is held in memory once as
 * text and once parsed, so this is a bound on the function's memory.
 */
const MAX_ORDER_BYTES = 48 * 1024 * 1024;

export function urlOf(endpoint: Endpoint, imageId: string): string {
  return `${hostOf(endpoint)}/v3/images/${encodeURIComponent(imageId)}`;
}

function hostOf({ baseUrl }: Endpoint): string {
  return baseUrl.replace(/\/+$/, '');
}

export const CLIENT_HEADERS = { 'accept-encoding': 'identity', 'user-agent': 'autoenhance-reprocess' };

export function headersOf({ apiVersion }: Endpoint, apiKey: string): Record<string, string> {
  return {
    'x-api-key': apiKey,
    accept: 'application/json',
    ...CLIENT_HEADERS,
    ...(apiVersion === '' ? {} : { 'x-api-version': apiVersion }),
  };
}

/**
 * Decodes a response. Every 2xx means that the endpoint acted, even if the body cannot be read: another call would start a
 * second enhancement.
 * @param now epoch ms
 * @throws ProcessError for every other status
 */
export function decodeProcess(response: HttpResponse, now: number): ProcessResponse {
  if (response.status < 200 || response.status > 299) throw refusalOf(response, now);
  const flaw = flawOf(response);
  if (flaw === undefined) return { response: response.body, warnings: [] };
  const warning = `the endpoint answered ${response.status}, but ${flaw}: the image's record is missing here`;
  return { response: null, warnings: [warning] };
}

/**
 * @param decode undefined for what is no order
 * @param now epoch ms
 * @throws ProcessError for every status but 2xx, and for what is no order
 */
export function decodeOrderResponse<Order>(
  response: HttpResponse,
  decode: (text: string) => Order | undefined,
  now: number,
): Order {
  if (response.status < 200 || response.status > 299) throw refusalOf(response, now);
  const order = response.truncated ? undefined : decode(response.body);
  if (order !== undefined) return order;
  const flaw = response.truncated
    ? `its response broke off or is longer than ${MAX_ORDER_BYTES} bytes`
    : 'its response is no order';
  throw unusable(response, flaw);
}

/** A 2xx whose body is of no use. */
export function unusable({ status }: HttpResponse, flaw: string): RefusedForNow {
  return new RefusedForNow(`the endpoint answered ${status}, but ${flaw}`, { status, response: '' });
}

function flawOf({ body, truncated }: HttpResponse): string | undefined {
  if (truncated) return 'its response was too long, broke off or could not be decoded';
  try {
    return isJsonObject(parseJson(body)) ? undefined : 'its response is not a JSON object';
  } catch (error) {
    return error instanceof RangeError ? 'its response is nested too deep' : 'its response is not JSON';
  }
}

const ERRORS = {
  final: RefusedForGood,
  retry: RefusedForNow,
  may_have_acted: GatewayFailed,
  account_fault: AccountRefused,
} as const;

export function refusalOf(response: HttpResponse, now: number): ProcessError {
  const { status, body } = response;
  const wait = retryAfterMs(response.headers, now);
  const refusal = { status, response: body, ...(wait !== undefined && { retryAfterMs: wait }) };
  const error = vendorsErrorIn(response);
  const verdict = verdictOf(status, { hasVendorsForm: error !== undefined });
  const isFromProxy = verdict !== ruleFor(status).verdict;
  const means = isFromProxy
    ? "without Autoenhance's JSON, so a proxy may have answered in its place"
    : ruleFor(status).means;
  const fields = verdict === 'final' ? refusedFields(error) : '';
  return new ERRORS[verdict](`the endpoint answered ${status}: ${means}${fields && `; ${fields}`}`, refusal);
}

/** An error in the form that the vendor documents for 401, 404 and 422: `{message, detail}`. */
function vendorsErrorIn({ body, truncated }: HttpResponse): JsonObject | undefined {
  if (truncated) return undefined;
  const error = jsonIfAny(body);
  return isJsonObject(error) && typeof error.message === 'string' && 'detail' in error ? error : undefined;
}

import { AccountRefused, type ProcessError, RefusedForGood, RefusedForNow } from '../../core/errors.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import type { ProcessResponse } from '../../core/ports.ts';
import type { Preferences } from '../../core/request/preferences.ts';
import type { HttpRequest, HttpResponse } from './http-request.ts';
import { retryAfterMs } from './retry-after.ts';

/** The endpoint as a stage sees it. */
export interface Endpoint {
  /** `https://api.autoenhance.ai`, with or without a slash at its end. */
  readonly baseUrl: string;
  /** Sent as `x-api-version`; empty: the version pinned to the account. */
  readonly apiVersion: string;
}

/** `POST /v3/images/{id}/process`: the preferences exactly as the caller sent them, nothing added. */
export function encodeProcess(
  endpoint: Endpoint,
  apiKey: string,
  imageId: string,
  preferences: Preferences,
): Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'> {
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
export function encodeRead(endpoint: Endpoint, apiKey: string, imageId: string): ReturnType<typeof encodeProcess> {
  return { method: 'GET', url: urlOf(endpoint, imageId), headers: headersOf(endpoint, apiKey), body: '' };
}

function urlOf({ baseUrl }: Endpoint, imageId: string): string {
  return `${baseUrl.replace(/\/+$/, '')}/v3/images/${encodeURIComponent(imageId)}`;
}

function headersOf({ apiVersion }: Endpoint, apiKey: string): Record<string, string> {
  return {
    'x-api-key': apiKey,
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'autoenhance-reprocess',
    ...(apiVersion === '' ? {} : { 'x-api-version': apiVersion }),
  };
}

/**
 * What a response means. Every 2xx means that the endpoint acted, also when its body cannot be read: calling again would
 * start a second enhancement.
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

function flawOf(response: HttpResponse): string | undefined {
  if (response.truncated) return 'its response was too long, broke off or was no UTF-8';
  if (isEncoded(response)) return 'its response was compressed, which was not asked for';
  try {
    return isJsonObject(parseJson(response.body)) ? undefined : 'its response is no JSON object';
  } catch (error) {
    return error instanceof RangeError ? 'its response nests too deep' : 'its response is no JSON';
  }
}

function isEncoded({ headers }: HttpResponse): boolean {
  return (headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity';
}

// What a repetition mends although the status is a 4xx. 403 may concern the key as much as the one image.
const FOR_NOW = [403, 408, 409, 423, 425, 429];

function refusalOf(response: HttpResponse, now: number): ProcessError {
  const { status } = response;
  const wait = retryAfterMs(response.headers, now);
  const refusal = {
    status,
    response: isEncoded(response) ? '' : response.body,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
  const message = `the endpoint answered ${status}: ${meaningOf(status)}`;
  if (status === 401 || status === 402) return new AccountRefused(message, refusal);
  const isFinal = status >= 300 && status < 500 && !FOR_NOW.includes(status);
  return isFinal ? new RefusedForGood(message, refusal) : new RefusedForNow(message, refusal);
}

const MEANINGS: Readonly<Record<number, string>> = {
  401: 'the API key is wrong or revoked',
  402: 'the account has to be paid first',
  403: 'the API key may not process this image',
  404: 'it knows no such image, or the image belongs to another account',
  422: 'the preferences are wrong',
  429: 'too many calls',
};

function meaningOf(status: number): string {
  const known = MEANINGS[status];
  if (known !== undefined) return known;
  if (status >= 300 && status < 400) return 'a redirect, which is not followed since the API key would travel with it';
  return status >= 400 && status < 500 ? 'it refused the request' : 'it failed';
}

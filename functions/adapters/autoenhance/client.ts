import type { Orders } from '../../core/batch/creating/order.ts';
import type { ImageRecords, OrderRecords } from '../../core/completion/ports.ts';
import {
  ApiKeyUnavailable,
  CallNotStarted,
  ConnectionLost,
  EndpointNotReached,
  type ProcessError,
  ResponseTimedOut,
} from '../../core/errors.ts';
import type { Picture, PictureKind, Pictures } from '../../core/image/ports.ts';
import type { Clock, Images, Limits, ProcessResponse } from '../../core/ports.ts';
import {
  decodeOrderResponse,
  decodeProcess,
  type Encoded,
  type Endpoint,
  encodeProcess,
  encodeRead,
  encodeReadOrder,
} from './endpoint-codec.ts';
import { type HttpResponse, type Transport, TransportFailed } from './http-request.ts';
import { decodeOrder, decodeOrderImages } from './order-codec.ts';
import { decodePicture, encodeFile, encodeReadPreview, redirectOf } from './picture-codec.ts';

/** Where the client gets the key. */
export interface ApiKeySource {
  get(limits: Limits): Promise<string>;
  /** Reads the key again, unless it was just read. */
  refresh(limits: Limits): Promise<string>;
}

export interface AutoenhanceOptions extends Endpoint {
  readonly transport: Transport;
  readonly apiKey: ApiKeySource;
  readonly clock: Pick<Clock, 'now'>;
  readonly attemptTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Reserved before the deadline, so that the outcome can still be recorded and published. */
  readonly reserveMs?: number;
  /** A call with less time than this is not begun: it would probably time out, and may have acted. */
  readonly leastMs?: number;
}

/** Statuses that a new key may change. */
const KEY_STATUSES = [401, 402, 403];
/** Those of them behind which a call to process counts for no daily limit. After any other, its retry has the new key. */
const UNCOUNTED_STATUSES = [401, 402];

/** From the endpoint to where a picture lies. */
const MAX_REDIRECTS = 3;

/** The endpoint over HTTP: one call, and a second one only if it refused the key and the secret has a new one. */
export function createAutoenhanceImages({
  transport,
  apiKey,
  clock,
  attemptTimeoutMs = 10_000,
  connectTimeoutMs = 2_000,
  reserveMs = 3_000,
  leastMs = 1_000,
  ...endpoint
}: AutoenhanceOptions): Images & ImageRecords & OrderRecords & Orders & Pictures {
  const timeLeft = ({ deadline, signal, startsUntil = deadline }: Limits) => {
    const left = Math.min(attemptTimeoutMs, deadline - reserveMs - clock.now());
    return signal.aborted || left < leastMs || clock.now() >= startsUntil ? 0 : left;
  };

  /** @param key undefined for a call without one */
  async function call<Key extends string | undefined>(
    encode: (key: Key) => Encoded,
    key: Key,
    limits: Limits,
    onSent?: () => void,
  ): Promise<HttpResponse> {
    const left = timeLeft(limits);
    if (left === 0) throw new CallNotStarted('too little time is left in this invocation to begin a call');
    try {
      const response = await transport({
        ...encode(key),
        attemptTimeoutMs: left,
        connectTimeoutMs,
        signal: limits.signal,
        onSent,
      });
      return { ...response, body: withoutKey(response.body, key) };
    } catch (error) {
      throw error instanceof TransportFailed ? failureOf(error, limits) : error;
    }
  }

  async function freshKey(limits: Limits): Promise<string | undefined> {
    if (timeLeft(limits) === 0) return undefined;
    const fresh = await apiKey.refresh(limits).catch(() => undefined);
    return timeLeft(limits) === 0 ? undefined : fresh;
  }

  /** @param again statuses behind which a new key is tried at once */
  async function send(
    encode: Encode,
    limits: Limits,
    again = KEY_STATUSES,
    onSent?: () => void,
  ): Promise<HttpResponse> {
    const key = await readKey(apiKey, limits);
    const response = await call(encode, key, limits, onSent);
    const fresh = KEY_STATUSES.includes(response.status) ? await freshKey(limits) : undefined;
    const isChanged = fresh !== undefined && fresh !== key;
    return isChanged && again.includes(response.status) ? call(encode, fresh, limits, onSent) : response;
  }

  const decoded = (response: HttpResponse): ProcessResponse => decodeProcess(response, clock.now());

  async function readOrder<Order>(
    orderId: string,
    decode: (text: string) => Order | undefined,
    limits: Limits,
  ): Promise<Order> {
    const response = await send((key) => encodeReadOrder(endpoint, key, orderId), limits);
    return decodeOrderResponse(response, decode, clock.now());
  }

  async function readPreview(imageId: string, kind: PictureKind, limits: Limits): Promise<Picture> {
    let response = await send((key) => encodeReadPreview(endpoint, key, imageId, kind), limits);
    let from = endpoint.baseUrl;
    for (let redirects = 0; redirects < MAX_REDIRECTS; redirects += 1) {
      const location = redirectOf(response, from);
      if (location === undefined) break;
      response = await call(() => encodeFile(location), undefined, limits);
      from = location;
    }
    return decodePicture(response, clock.now());
  }

  return {
    process: async (imageId, preferences, limits, { apiVersion = endpoint.apiVersion, onSent } = {}) => {
      const encode: Encode = (key) => encodeProcess({ ...endpoint, apiVersion }, key, imageId, preferences);
      return decoded(await send(encode, limits, UNCOUNTED_STATUSES, onSent));
    },
    read: async (imageId, limits) => decoded(await send((key) => encodeRead(endpoint, key, imageId), limits)),
    readOrder: (orderId, limits) => readOrder(orderId, (text) => decodeOrder(text, orderId), limits),
    readPreview,
    readOrderImages: (orderId, limits) => readOrder(orderId, decodeOrderImages, limits),
  };
}

/** Encodes a call with a key. */
type Encode = (key: string) => Encoded;

async function readKey(apiKey: ApiKeySource, limits: Limits): Promise<string> {
  try {
    return await apiKey.get(limits);
  } catch (cause) {
    if (limits.signal.aborted) throw new CallNotStarted('the invocation ended before the API key was read', { cause });
    throw new ApiKeyUnavailable('the API key could not be read, so nothing was sent', { cause });
  }
}

function failureOf({ sent, timedOut, message }: TransportFailed, { signal }: Limits): ProcessError {
  if (!sent && signal.aborted) return new CallNotStarted(`the call was not sent: ${message}`);
  if (!sent) return new EndpointNotReached(`the endpoint could not be reached: ${message}`);
  if (timedOut) return new ResponseTimedOut(`the endpoint may have acted, but no response came: ${message}`);
  return new ConnectionLost(`the endpoint may have acted, but the connection was lost: ${message}`);
}

/** A response that quotes the key would bring it into events and the ledger. */
function withoutKey(body: string, key: string | undefined): string {
  if (key === undefined) return body;
  return body.replaceAll(key, '***').replaceAll(JSON.stringify(key).slice(1, -1), '***');
}

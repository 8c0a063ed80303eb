import { lookup } from 'node:dns';
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { callbackUrlProblem, type Receivers } from '../../core/callback/callback-url.ts';
import type { PostResult } from '../../core/callback/delivery-policy.ts';
import type { Post } from '../../core/callback/ports.ts';
import type { Clock, Limits } from '../../core/ports.ts';
import { retryAfterMs } from '../../core/retry-after.ts';
import { AddressNotPublic, guardedLookup, type Resolve } from './guarded-lookup.ts';
import { isPublicAddress } from './public-address.ts';

export interface PostParts {
  readonly receivers: Receivers;
  readonly clock: Clock;
  /** DNS; Node's own without it. */
  readonly resolve?: Resolve;
  /** Whether a connection may go there; by `receivers` without it. */
  readonly isAllowed?: (address: string) => boolean;
  /** A further certificate authority. */
  readonly ca?: string;
}

/** Until the connection is there, its name's look-up and TLS included. */
const CONNECT_MS = 3000;
/** Of one POST, the answer included. */
const WHOLE_MS = 15_000;
const MAX_RESPONSE_BYTES = 4096;
const ENDED = 'the function ended before the answer came';

/**
 * POSTs to a URL that somebody else has chosen: by HTTPS, to public addresses, without a proxy, without following redirects, and
 * over a connection of its own.
 */
export function createPost({ receivers, clock, resolve = lookup, ca, ...parts }: PostParts): Post {
  const { isAllowed = receivers === 'any' ? () => true : isPublicAddress } = parts;
  const guarded = guardedLookup(resolve, isAllowed);
  // An agent of its own: Node's global one may be told of a proxy by the environment.
  const agents = { 'https:': new HttpsAgent({ ...(ca !== undefined && { ca }) }), 'http:': new HttpAgent() } as const;

  return async (url, { headers, body }, limits) => {
    const startedAt = clock.now();
    const notAnswered = (error: string): PostResult => ({
      kind: 'not_answered',
      durationMs: clock.now() - startedAt,
      error,
    });
    const problem = callbackUrlProblem(url, receivers);
    if (problem !== undefined) return notAnswered(problem);
    const target = new URL(url);
    const host = target.hostname.replace(/^\[|\]$/g, '');
    // Node looks up no address, and so would not check one.
    if (isIP(host) !== 0 && !isAllowed(host)) return notAnswered(reasonOf(new AddressNotPublic(host)));
    if (limits.signal.aborted) return notAnswered(ENDED);
    const begin = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const agent = agents[target.protocol as keyof typeof agents];
    const length = Buffer.byteLength(body);
    const request = begin(target, {
      method: 'POST',
      agent,
      lookup: guarded,
      headers: { ...headers, 'content-length': length },
    });
    try {
      const { status, text, ...asked } = await exchange(request, body, { clock, limits });
      return { kind: 'answered', durationMs: clock.now() - startedAt, status, text, ...asked };
    } catch (error) {
      return notAnswered(reasonOf(error));
    } finally {
      request.destroy();
    }
  };
}

/** Why nothing was heard. Completes no sentence, and is shown to the partner. */
class NotAnswered extends Error {}

interface Exchange {
  readonly clock: Clock;
  readonly limits: Limits;
}

async function exchange(request: ClientRequest, body: string, { clock, limits }: Exchange) {
  const connecting = clock.timeout(CONNECT_MS);
  const whole = clock.timeout(WHOLE_MS);
  const ends: readonly (readonly [AbortSignal, string])[] = [
    [connecting.signal, `no connection within ${CONNECT_MS / 1000} s`],
    [whole.signal, `no answer within ${WHOLE_MS / 1000} s`],
    [limits.signal, ENDED],
  ];
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const stop = (error: Error) => {
    reject(error);
    request.destroy(error);
  };
  const over = new AbortController();
  for (const [signal, reason] of ends) {
    signal.addEventListener('abort', () => stop(new NotAnswered(reason)), { signal: over.signal });
  }
  request.on('error', reject);
  request.on('response', resolve);
  request.on('socket', (socket: Socket) => {
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => connecting.clear());
  });
  try {
    request.end(body);
    const response = await promise;
    const headers = response.headers as Readonly<Record<string, string>>;
    const wait = retryAfterMs(headers, clock.now());
    const text = await beginningOf(response, whole.signal);
    return { status: response.statusCode ?? 0, text, ...(wait !== undefined && { retryAfterMs: wait }) };
  } finally {
    over.abort();
    connecting.clear();
    whole.clear();
  }
}

/** The first bytes of an answer. The status has decided already: what is slow or breaks off is not waited for. */
async function beginningOf(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_RESPONSE_BYTES || signal.aborted) break;
    }
  } catch {
    // What came is enough.
  }
  return Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES).toString('utf8');
}

const REASONS: Readonly<Record<string, string>> = {
  ADDRESS_NOT_PUBLIC: 'the name of the receiver must lead to public addresses only',
  ENOTFOUND: 'the name of the receiver was not found',
  EAI_AGAIN: 'the name of the receiver could not be looked up',
  ECONNREFUSED: 'the receiver refused the connection',
  ECONNRESET: 'the receiver closed the connection without an answer',
  EPIPE: 'the receiver closed the connection without an answer',
  EHOSTUNREACH: 'the receiver could not be reached',
  ENETUNREACH: 'the receiver could not be reached',
  ETIMEDOUT: 'the receiver could not be reached',
};

/** For the partner. The messages of other errors may name addresses. */
function reasonOf(error: unknown): string {
  if (error instanceof NotAnswered) return error.message;
  // Of several addresses, each with an error of its own.
  const { code = 'no code', errors } = error as { readonly code?: string; readonly errors?: readonly unknown[] };
  const known = REASONS[code];
  if (known !== undefined) return known;
  if (errors?.[0] !== undefined) return reasonOf(errors[0]);
  if (code.startsWith('HPE_')) return `the answer of the receiver is not HTTP (${code})`;
  return /CERT|SSL|TLS|SIGNED|VERIFY|ISSUER/.test(code)
    ? `the certificate of the receiver is not valid (${code})`
    : `the receiver could not be reached (${code})`;
}

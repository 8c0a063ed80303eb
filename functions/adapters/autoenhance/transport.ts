import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '../../core/ports.ts';
import { exchange } from './exchange.ts';
import type { Transport } from './http-call.ts';

// A batch bounds the calls that run side by side; this only keeps a mistake from opening sockets without end.
const MAX_SOCKETS = 64;
// Longer than the pauses within a batch, shorter than what load balancers keep an idle connection for.
const MAX_IDLE_MS = 20_000;
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * HTTP and HTTPS over Node's own client with keep-alive (the global fetch costs a cold function about 90 ms). Follows no
 * redirect, and stops reading an answer after 256 KiB.
 */
export function createHttpsTransport({ clock }: { readonly clock: Pick<Clock, 'now'> }): Transport {
  const plain = { request: httpRequest, agent: new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }) };
  const encrypted = { request: httpsRequest, agent: new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }) };
  /** Epoch ms at which a socket's last answer ended. */
  const lastUse = new WeakMap<object, number>();

  /** By scheme and host: Node would parse every call's URL anew, and a service has one host. */
  const places = new Map<string, { readonly hostname: string; readonly port: string }>();

  function partsOf(url: string) {
    const end = url.indexOf('/', url.indexOf('//') + 2);
    const origin = end < 0 ? url : url.slice(0, end);
    const { hostname, port } = places.get(origin) ?? new URL(origin);
    places.set(origin, { hostname, port });
    return { hostname, port, path: end < 0 ? '/' : url.slice(end) };
  }

  return async (call) => {
    const { request, agent } = call.url.startsWith('https:') ? encrypted : plain;
    const now = clock.now();
    dropIdle(agent, (socket) => now - (lastUse.get(socket) ?? 0) > MAX_IDLE_MS);
    const open = () => request({ ...partsOf(call.url), method: call.method, headers: call.headers, agent });
    const { answer, socket } = await exchange(call, open, MAX_ANSWER_BYTES);
    lastUse.set(socket, clock.now());
    return answer;
  };
}

// Lambda freezes the process between invocations, and the other side closes its idle connections meanwhile. A request that
// is written to such a socket is lost without our knowing whether it was read: a new connection costs less than that doubt.
function dropIdle(agent: HttpAgent, isIdle: (socket: object) => boolean): void {
  for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
    if (isIdle(socket)) socket.destroy();
  }
}

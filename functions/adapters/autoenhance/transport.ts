import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../../core/ports.ts';
import { createConnectionPool } from '../connection-pool.ts';
import { exchange } from './exchange.ts';
import type { Transport } from './http-request.ts';

// A batch limits the concurrent calls already. This only limits the damage of a mistake.
const MAX_CONNECTIONS = 64;

/** HTTP and HTTPS over Node's own client, with keep-alive. Follows no redirect. */
export function createHttpsTransport({ clock }: { readonly clock: Pick<Clock, 'now'> }): Transport {
  const connections = createConnectionPool({ maxConnections: MAX_CONNECTIONS, clock });
  const plain = { request: httpRequest, agent: connections.http };
  const encrypted = { request: httpsRequest, agent: connections.https };
  /** Cached by scheme and host, because Node would parse the URL for every call. */
  const hosts = new Map<string, { readonly host: string; readonly port: string }>();

  function hostOf(origin: string) {
    const known = hosts.get(origin);
    if (known !== undefined) return known;
    const { hostname, port } = new URL(origin);
    // `[::1]`
    const parts = { host: hostname.replace(/^\[|\]$/g, ''), port };
    hosts.set(origin, parts);
    return parts;
  }

  const send: Transport = async (call) => {
    const { method, url, headers } = call;
    const { request, agent } = url.startsWith('https:') ? encrypted : plain;
    const end = url.indexOf('/', url.indexOf('//') + 2);
    const path = end < 0 ? '/' : url.slice(end);
    const host = hostOf(end < 0 ? url : url.slice(0, end));
    connections.dropIdle();
    return exchange(call, () => request({ ...host, path, method, headers, agent }));
  };

  return Object.assign(send, { open: connections.open });
}

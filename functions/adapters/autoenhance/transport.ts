import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../../core/ports.ts';
import { createKeptConnections } from '../kept-connections.ts';
import { exchange } from './exchange.ts';
import type { Transport } from './http-request.ts';

// A batch bounds the calls that run side by side; this only keeps a mistake from opening connections without end.
const MAX_CONNECTIONS = 64;

/** HTTP and HTTPS over Node's own client, with connections that are kept. Follows no redirect. */
export function createHttpsTransport({ clock }: { readonly clock: Pick<Clock, 'now'> }): Transport {
  const connections = createKeptConnections({ maxConnections: MAX_CONNECTIONS, clock });
  const plain = { request: httpRequest, agent: connections.http };
  const encrypted = { request: httpsRequest, agent: connections.https };
  /** By scheme and host: Node would parse every call's URL anew, and a service has one host. */
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

import { once } from 'node:events';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Clock } from '../core/ports.ts';

// Longer than the pauses within a batch, shorter than the idle timeout of load balancers. While Lambda freezes the process
// between invocations, the server closes its idle connections. A request on such a connection is lost, and we cannot know
// whether it was read. A new connection is cheaper than that.
const MAX_IDLE_MS = 20_000;
/** How often idle connections are checked. A longer pause, such as a freeze of the process, is always followed by a check. */
const CHECK_EVERY_MS = 1_000;
/** Servers close a connection without any request sooner than one that was used. */
const MAX_UNUSED_MS = 5_000;

export interface ConnectionPool {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  /** Closes connections that were idle for too long. To be called before a request: timers do not run in a frozen process. */
  dropIdle(): void;
  /** Opens a connection for the next request to the URL's host, and sends nothing. */
  open(url: string, signal: AbortSignal): Promise<void>;
}

interface Options {
  /** At a time, to one host. Further requests wait for a free connection. */
  readonly maxConnections: number;
  /** Also ends a connection in use on which nothing came for as long as an idle one is kept. For calls that may be repeated. */
  readonly endsSilent?: boolean;
  readonly clock: Pick<Clock, 'now'>;
}

/** Node's keep-alive agents for HTTP and HTTPS. They do not reuse a connection that was idle for too long. */
export function createConnectionPool({ maxConnections, endsSilent = false, clock }: Options): ConnectionPool {
  // With `timeout`, an agent also respects the server's `Keep-Alive: timeout`.
  const settings = { keepAlive: true, maxSockets: maxConnections, timeout: MAX_IDLE_MS };
  const http = new HttpAgent(settings);
  // One context for all: Node would make one for each connection, a third of the CPU that a new connection takes.
  const https = new HttpsAgent({ ...settings, secureContext: createSecureContext() });
  const idleSince = new WeakMap<object, number>();
  const opened = createOpened(clock);
  let checkedAt = 0;
  // Node's documentation allows overriding these two methods.
  for (const agent of [http, https]) {
    const { keepSocketAlive, createConnection } = agent;
    agent.keepSocketAlive = (socket) => {
      idleSince.set(socket, clock.now());
      return keepSocketAlive.call(agent, socket);
    };
    agent.createConnection = (options, callback) => {
      const connection = opened.take(placeOf(options)) ?? createConnection.call(agent, options, callback);
      // Node itself ends only idle ones. A timer for each request would take 2 % of its CPU.
      if (endsSilent) connection?.on('timeout', () => connection.destroy());
      return connection;
    };
  }

  return {
    http,
    https,
    dropIdle() {
      const now = clock.now();
      if (Math.abs(now - checkedAt) < CHECK_EVERY_MS) return;
      checkedAt = now;
      for (const socket of [http, https].flatMap(idleOf)) {
        if (now - (idleSince.get(socket) ?? 0) > (socket.timeout ?? MAX_IDLE_MS)) socket.destroy();
      }
    },
    async open(url, signal) {
      const { protocol, hostname, port } = new URL(url);
      const [agent, usualPort, event] = protocol === 'https:' ? [https, 443, 'secureConnect'] : [http, 80, 'connect'];
      const host = hostname.replace(/^\[|\]$/g, '');
      // As in Node itself, an IP address is not sent as a server name.
      const options = {
        host,
        port: Number(port || usualPort),
        noDelay: true,
        servername: isIP(host) === 0 ? host : '',
      };
      if (opened.has(placeOf(options))) return;
      const socket = agent.createConnection(options) as Socket;
      try {
        await once(socket, event, { signal });
      } catch (error) {
        socket.destroy();
        throw error;
      }
      opened.keep(placeOf(options), socket);
    },
  };
}

const placeOf = ({ host, port }: { readonly host?: unknown; readonly port?: unknown }) => `${host}:${port}`;

const idleOf = ({ freeSockets }: HttpAgent): readonly Socket[] =>
  Object.values(freeSockets).flatMap((sockets) => sockets ?? []);

/** Connections without any request yet, one for each host and port. */
function createOpened(clock: Pick<Clock, 'now'>) {
  const all = new Map<string, { readonly socket: Socket; readonly until: number }>();

  /** A response before any request makes a connection useless. */
  function onData(this: Socket): void {
    this.destroy();
  }

  function usable(place: string): Socket | undefined {
    const { socket, until = 0 } = all.get(place) ?? {};
    return until < clock.now() || socket?.destroyed ? undefined : socket;
  }

  function drop(place: string): void {
    all.get(place)?.socket.destroy();
    all.delete(place);
  }

  return {
    has: (place: string) => usable(place) !== undefined,
    keep(place: string, socket: Socket): void {
      drop(place);
      // It must not keep the process alive.
      socket
        .unref()
        .on('data', onData)
        .on('error', () => {});
      all.set(place, { socket, until: clock.now() + MAX_UNUSED_MS });
    },
    take(place: string): Socket | undefined {
      const socket = usable(place);
      if (socket === undefined) drop(place);
      all.delete(place);
      return socket?.off('data', onData).ref();
    },
  };
}

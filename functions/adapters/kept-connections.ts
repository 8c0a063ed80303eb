import { once } from 'node:events';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Clock } from '../core/ports.ts';

// Longer than the pauses within a batch, shorter than what load balancers keep an idle connection for. Lambda freezes the
// process between invocations, and the other side closes its idle connections meanwhile. A request that is written to such a
// connection is lost without our knowing whether it was read: a new one costs less than that doubt.
const MAX_IDLE_MS = 20_000;
/** How often that is looked at: hardly ever within an invocation, and always after the process was frozen. */
const LOOK_EVERY_MS = 1_000;
/** Servers close a connection that has never asked anything sooner than one that has. */
const MAX_UNUSED_MS = 5_000;

export interface KeptConnections {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  /** Ends those that were idle for too long. To be called before a request: a frozen process has no timers. */
  dropIdle(): void;
  /** Opens a connection for the next request to the URL's host, and sends nothing. */
  open(url: string, signal: AbortSignal): Promise<void>;
}

interface Options {
  /** At a time, to one host; further requests wait for one. */
  readonly maxConnections: number;
  readonly clock: Pick<Clock, 'now'>;
}

/** Node's agents for HTTP and HTTPS, which keep their connections, but use none again that was idle for too long. */
export function createKeptConnections({ maxConnections, clock }: Options): KeptConnections {
  // An agent with a `timeout` also heeds what a server says of how long it keeps a connection.
  const settings = { keepAlive: true, maxSockets: maxConnections, timeout: MAX_IDLE_MS };
  const http = new HttpAgent(settings);
  const https = new HttpsAgent(settings);
  const idleSince = new WeakMap<object, number>();
  const opened = createOpened(clock);
  let lookedAt = 0;
  // Node's documentation names both methods as those to override.
  for (const agent of [http, https]) {
    const { keepSocketAlive, createConnection } = agent;
    agent.keepSocketAlive = (socket) => {
      idleSince.set(socket, clock.now());
      return keepSocketAlive.call(agent, socket);
    };
    agent.createConnection = (options, callback) =>
      opened.take(placeOf(options)) ?? createConnection.call(agent, options, callback);
  }

  return {
    http,
    https,
    dropIdle() {
      const now = clock.now();
      if (Math.abs(now - lookedAt) < LOOK_EVERY_MS) return;
      lookedAt = now;
      for (const socket of [http, https].flatMap(idleOf)) {
        if (now - (idleSince.get(socket) ?? 0) > (socket.timeout ?? MAX_IDLE_MS)) socket.destroy();
      }
    },
    async open(url, signal) {
      const { protocol, hostname, port } = new URL(url);
      const [agent, usualPort, event] = protocol === 'https:' ? [https, 443, 'secureConnect'] : [http, 80, 'connect'];
      const host = hostname.replace(/^\[|\]$/g, '');
      // As Node itself names a host to it, an address has no name.
      const options = {
        host,
        port: Number(port || usualPort),
        noDelay: true,
        servername: isIP(host) === 0 ? host : '',
      };
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

/** Connections that have carried no request yet, one for each place. */
function createOpened(clock: Pick<Clock, 'now'>) {
  const all = new Map<string, { readonly socket: Socket; readonly until: number }>();

  /** Nobody asked for anything. */
  function onData(this: Socket): void {
    this.destroy();
  }

  return {
    keep(place: string, socket: Socket): void {
      // It keeps no process alive.
      socket
        .unref()
        .on('data', onData)
        .on('error', () => {});
      all.set(place, { socket, until: clock.now() + MAX_UNUSED_MS });
    },
    take(place: string): Socket | undefined {
      const { socket, until = 0 } = all.get(place) ?? {};
      all.delete(place);
      if (until < clock.now()) socket?.destroy();
      return socket?.destroyed === false ? socket.off('data', onData).ref() : undefined;
    },
  };
}

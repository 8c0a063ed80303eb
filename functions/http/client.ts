import { type Answer, Call, CallFailed, type CallLimits, NO_REQUEST } from './call.ts';
import { Connection, type Keeper, type Place } from './connection.ts';
import { type Request, serialise } from './request.ts';
import { createWatch } from './watch.ts';

export interface ClientOptions {
  /** Scheme, host and port. */
  readonly endpoint: string;
  /** Connections at a time; further calls wait for one. */
  readonly maxConnections: number;
  /** A connection that was idle for longer is not used again. */
  readonly maxIdleMs?: number;
  readonly clock: { now(): number };
}

export interface HttpClient {
  /** As the header says it, with its port where it is not the usual one. */
  readonly host: string;
  /** Resolves when a status came, even if the body then breaks off. Follows no redirect. @throws CallFailed */
  send(request: Request, limits: CallLimits): Promise<Answer>;
  /** Opens a connection for the next call, and sends nothing. @throws CallFailed */
  open(limits: Omit<CallLimits, 'maxBytes'>): Promise<unknown>;
}

/**
 * HTTP/1.1 to one host over kept connections. Node's own client takes twice the CPU for a call and half as long again to
 * load; this one knows POST and GET with texts for bodies, and nothing of proxies, pipelining or streams.
 */
export function createHttpClient(options: ClientOptions): HttpClient {
  const { maxConnections, maxIdleMs = Number.POSITIVE_INFINITY, clock } = options;
  const { host, place } = placeOf(options.endpoint);
  const idle: Connection[] = [];
  const waiting: Call[] = [];
  const watch = createWatch();
  let open = 0;

  const keeper: Keeper = {
    freed(connection) {
      const next = nextWaiting();
      if (next !== undefined) {
        connection.carry(next);
        return;
      }
      connection.freeSince = clock.now();
      idle.push(connection);
    },
    gone(connection) {
      open -= 1;
      const at = idle.indexOf(connection);
      if (at >= 0) idle.splice(at, 1);
      const next = nextWaiting();
      if (next !== undefined) carry(next);
    },
  };

  function nextWaiting(): Call | undefined {
    for (let call = waiting.shift(); call !== undefined; call = waiting.shift()) {
      // One whose signal is aborted ends by that in a moment.
      if (!call.isOver && call.signal?.aborted !== true) return call;
    }
    return undefined;
  }

  /** The one that was used last; those that were idle too long are closed. */
  function takeIdle(): Connection | undefined {
    const now = clock.now();
    // From the end, since one that is dropped leaves the list.
    for (let at = idle.length - 1; at >= 0; at -= 1) {
      const connection = idle[at] as Connection;
      if (now - connection.freeSince > Math.min(maxIdleMs, connection.idleLimitMs)) connection.drop();
    }
    return idle.pop();
  }

  function carry(call: Call): void {
    const connection = takeIdle();
    if (connection !== undefined) {
      connection.carry(call);
    } else if (open < maxConnections) {
      new Connection(place, keeper, call);
      open += 1;
    } else {
      waiting.push(call);
    }
  }

  function start(write: () => string, limits: CallLimits): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = write();
      if (limits.signal?.aborted === true) {
        throw new CallFailed('AbortError', 'the call was not begun', { sent: false });
      }
      carry(new Call(request, limits, { resolve, reject }, watch));
    });
  }

  return {
    host,
    send: (request, limits) => start(() => serialise(request, host), limits),
    open: (limits) => start(() => NO_REQUEST, { ...limits, maxBytes: 0 }),
  };
}

function placeOf(endpoint: string): { readonly host: string; readonly place: Place } {
  const { protocol, hostname, port, host } = new URL(endpoint);
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error('an endpoint must begin with https:// or http://');
  const isEncrypted = protocol === 'https:';
  // `[::1]`
  const address = hostname.replace(/^\[|\]$/g, '');
  return { host, place: { isEncrypted, host: address, port: port === '' ? (isEncrypted ? 443 : 80) : Number(port) } };
}

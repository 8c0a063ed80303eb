import { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { type AwsService, type Guard, type ServiceCall, sendRefusal } from './guard.ts';

export function toServiceCall(service: AwsService, request: IncomingMessage, body: Buffer | string): ServiceCall {
  const { method = '', url = '', headers } = request;
  return { service, method, url, headers, input: () => JSON.parse(String(body)) };
}

export interface GuardedServer {
  /** Passes no more requests to the server's listener. Resolves when that has answered all earlier ones. */
  drain(): Promise<void>;
}

/**
 * Checks every request before the server's own listener gets it. For a server that reads the request's body from its events
 * and uses nothing else of the stream, such as dynalite (4.0.0).
 */
export function guardServer(server: Server, service: AwsService, guard: Guard): GuardedServer {
  const [own] = server.listeners('request') as RequestListener[];
  if (own === undefined) throw new Error('the server must have a listener for its requests');
  const underWay = new Set<Promise<void>>();
  let isDraining = false;
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => response.destroy());
    request.on('end', () => {
      if (isDraining) return void response.destroy();
      const body = Buffer.concat(chunks);
      const refusal = guard.check(toServiceCall(service, request, body));
      if (refusal !== undefined) return sendRefusal(response, refusal);
      const answered = answerTo(response);
      underWay.add(answered);
      void answered.then(() => underWay.delete(answered));
      own(replayOf(request, body), response);
    });
  });
  return {
    async drain() {
      isDraining = true;
      await Promise.all(underWay);
    },
  };
}

/**
 * Resolves when the listener ends the response. After the caller has closed the connection, no event shows that: `close` came
 * before, and `finish` never comes.
 */
function answerTo(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = response.end;
  response.end = (...given: unknown[]) => {
    resolve();
    return Reflect.apply(end, response, given);
  };
  return promise;
}

/** A copy of the request for the listener. Its events come after the listener has subscribed. */
function replayOf({ method, url, headers }: IncomingMessage, body: Buffer): IncomingMessage {
  const replay = Object.assign(new EventEmitter(), { method, url, headers });
  queueMicrotask(() => {
    if (body.length > 0) replay.emit('data', body);
    replay.emit('end');
  });
  return replay as unknown as IncomingMessage;
}

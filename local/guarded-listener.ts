import { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { type AwsService, type Guard, type ServiceCall, sendRefusal } from './guard.ts';
import { textOf } from './sandbox/listen.ts';

export function toServiceCall(service: AwsService, request: IncomingMessage, body: string): ServiceCall {
  const { method = '', url = '', headers } = request;
  return { service, method, url, headers, input: () => JSON.parse(body) };
}

/**
 * Has every request pass the guard before the server's own listener sees it. For a server that takes its request's body
 * out of its events and needs nothing else of the stream, as dynalite does (4.0.0).
 */
export function guardServer(server: Server, service: AwsService, guard: Guard): void {
  const [own] = server.listeners('request') as RequestListener[];
  if (own === undefined) throw new Error('the server must have a listener for its requests');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    pass(request, response, own).catch(() => response.destroy());
  });

  async function pass(request: IncomingMessage, response: ServerResponse, listener: RequestListener): Promise<void> {
    const body = await textOf(request);
    const refusal = guard.check(toServiceCall(service, request, body));
    if (refusal !== undefined) return sendRefusal(response, refusal);
    const { method, url, headers } = request;
    const again = Object.assign(new EventEmitter(), { method, url, headers });
    listener(again as unknown as IncomingMessage, response);
    if (body !== '') again.emit('data', Buffer.from(body));
    again.emit('end');
  }
}

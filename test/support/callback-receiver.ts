import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface ReceivedCallback {
  readonly id: string;
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test reads the members that it is about
  readonly event: any;
}

/** How a receiver answers: a status with what else belongs to it, or never. */
export type Behaviour =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang_up';

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** A partner's receiver, which checks signatures with the public package once it has secrets. */
export async function startReceiver() {
  const received: ReceivedCallback[] = [];
  const refused: ReceivedCallback[] = [];
  let secrets: readonly string[] = [];
  let behave: (callback: ReceivedCallback) => Behaviour = () => ({ status: 204 });

  function isGenuine(body: string, headers: Readonly<Record<string, string>>): boolean {
    return secrets.some((secret) => {
      try {
        return new Webhook(secret).verify(body, headers) !== undefined;
      } catch {
        return false;
      }
    });
  }

  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const headers = request.headers as Readonly<Record<string, string>>;
    const callback = { id: headers['webhook-id'] ?? '', path: request.url ?? '', event: JSON.parse(body) };
    if (secrets.length > 0 && !isGenuine(body, headers)) {
      refused.push(callback);
      return response.writeHead(401).end('wrong signature');
    }
    const behaviour = behave(callback);
    if (behaviour === 'hang_up') return request.socket.destroy();
    if (behaviour.status < 300) received.push(callback);
    else refused.push(callback);
    return response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    /** Those that it took. */
    received,
    /** All others. */
    refused,
    /** From now on it takes nothing that one of these has not signed. */
    trust: (...given: readonly string[]) => {
      secrets = given;
    },
    behave: (next: typeof behave) => {
      behave = next;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

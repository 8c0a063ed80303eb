import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Lambda's Runtime API for one process (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). */
export interface RuntimeApi {
  /** For AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Resolves when the process asks for its first event: INIT is over. */
  readonly ready: Promise<void>;
  /** One at a time. @throws Error with what the handler threw */
  invoke(event: unknown): Promise<unknown>;
  /** Ends what waits with this error. */
  fail(error: Error): void;
  close(): void;
}

const TIMEOUT_MS = 60_000;

export async function startRuntimeApi(): Promise<RuntimeApi> {
  const ready = Promise.withResolvers<void>();
  let answered = Promise.withResolvers<string>();
  // The end of a process that is not waited for is not an error.
  for (const { promise } of [ready, answered]) (promise as Promise<unknown>).catch(() => {});
  let asking: ServerResponse | undefined;
  let event: string | undefined;
  let count = 0;

  function handOver(): void {
    if (asking === undefined || event === undefined) return;
    count += 1;
    const headers = {
      'content-length': Buffer.byteLength(event),
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': String(count),
      'lambda-runtime-deadline-ms': String(Date.now() + TIMEOUT_MS),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:bench',
    };
    asking.writeHead(200, headers).end(event);
    asking = undefined;
    event = undefined;
  }

  function fail(error: Error): void {
    ready.reject(error);
    answered.reject(error);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.endsWith('/next')) {
      asking = response;
      ready.resolve();
      return handOver();
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    response.writeHead(202, { 'content-length': 0 }).end();
    if (request.url?.endsWith('/response')) answered.resolve(body);
    else fail(new Error(`the function failed: ${JSON.parse(body).errorMessage}`));
  }

  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready: ready.promise,
    async invoke(next) {
      answered = Promise.withResolvers();
      event = JSON.stringify(next);
      handOver();
      return JSON.parse(await answered.promise);
    },
    fail,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
  validateHeaderName,
  validateHeaderValue,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { splitTarget, toApiEvent } from './api-front/event.ts';
import { gatewayResponse, type HttpResponse, toHttpResponse } from './api-front/response.ts';
import { findRoute } from './api-front/routes.ts';
import type { InvocationResult } from './lambda/execution-environment.ts';
import { claimPort, HOST } from './ports.ts';
import type { RoutePlan } from './service-plan.ts';

export type InvokeFunction = (functionName: string, event: unknown) => Promise<InvocationResult>;

export interface ApiFront {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Sets what is served. Until then, every path is unknown. */
  serve(routes: readonly RoutePlan[], invoke: InvokeFunction): void;
  /** Accepts no more requests, and waits so many ms for the responses to the current ones. */
  close(graceMs?: number): Promise<void>;
}

export interface ApiFrontOptions {
  /** 0 for any free port. */
  readonly port?: number;
  /** An HTTP API waits 30 s for a function, and that limit cannot be raised. */
  readonly timeoutMs?: number;
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * A stand-in for API Gateway's HTTP API with Lambda proxy integrations. It has no throttling and no authorizers.
 * @throws PortInUse
 */
export async function startApiFront({ port = 0, timeoutMs = 30_000 }: ApiFrontOptions = {}): Promise<ApiFront> {
  let routes: readonly RoutePlan[] = [];
  let invoke: InvokeFunction | undefined;
  let isClosing = false;

  async function respond(request: IncomingMessage): Promise<HttpResponse> {
    const body = await readBody(request);
    if (body === undefined) return gatewayResponse(413);
    const route = findRoute(routes, request.method ?? 'GET', splitTarget(request.url ?? '/').path);
    if (route === undefined || invoke === undefined) return gatewayResponse(404);
    const event: APIGatewayProxyEventV2 = toApiEvent(request, body, route);
    return withTimeout(invoke(route.functionName, event).then(toHttpResponse), timeoutMs);
  }

  const server = createServer(async (request, response) => {
    try {
      const given = await respond(request);
      response.shouldKeepAlive = !isClosing;
      write(response, given, request.method === 'HEAD');
    } catch {
      // The caller closed the connection before its request was complete.
      response.destroy();
    }
  });
  await claimPort('the HTTP API', port, async () => {
    server.listen(port, HOST);
    await once(server, 'listening');
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    serve(given, by) {
      routes = given;
      invoke = by;
    },
    async close(graceMs = 0) {
      isClosing = true;
      const closed = once(server, 'close');
      server.close();
      await Promise.race([closed, sleep(graceMs, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** @returns undefined when it is longer than an HTTP API accepts */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

async function withTimeout(response: Promise<HttpResponse>, ms: number): Promise<HttpResponse> {
  const settled = new AbortController();
  const late = sleep(ms, gatewayResponse(503), { signal: settled.signal });
  late.catch(() => {});
  try {
    return await Promise.race([response, late]);
  } finally {
    settled.abort();
  }
}

function write(response: ServerResponse, given: HttpResponse, isHead: boolean): void {
  const { status, headers, body } = hasValidHeaders(given) ? given : gatewayResponse(500);
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(isHead ? undefined : body);
}

/** Whether the function's headers are valid in HTTP. */
function hasValidHeaders({ headers }: HttpResponse): boolean {
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      for (const one of [value].flat()) validateHeaderValue(name, one);
    }
    return true;
  } catch {
    return false;
  }
}

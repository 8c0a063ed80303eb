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
import { type HttpResponse, ownAnswer, toHttpAnswer } from './api-front/answer.ts';
import { splitTarget, toApiEvent } from './api-front/event.ts';
import { findRoute } from './api-front/routes.ts';
import type { Answer } from './lambda/execution-environment.ts';
import { claimPort, HOST } from './ports.ts';
import type { RoutePlan } from './service-plan.ts';

export type InvokeFunction = (functionName: string, event: unknown) => Promise<Answer>;

export interface ApiFront {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Until it is told what to serve, every path is unknown. */
  serve(routes: readonly RoutePlan[], invoke: InvokeFunction): void;
  /** Takes no more requests, and waits so many ms for the answers to those under way. */
  close(graceMs?: number): Promise<void>;
}

export interface ApiFrontOptions {
  /** 0: any that is free. */
  readonly port?: number;
  /** Ms; an HTTP API waits 30 s for a function, and no setting makes it longer. */
  readonly patienceMs?: number;
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * A stand-in for API Gateway's HTTP API with Lambda proxy integrations. It knows no throttling and no authorizers.
 * @throws PortInUse
 */
export async function startApiFront({ port = 0, patienceMs = 30_000 }: ApiFrontOptions = {}): Promise<ApiFront> {
  let routes: readonly RoutePlan[] = [];
  let invoke: InvokeFunction | undefined;
  let isClosing = false;

  async function answer(request: IncomingMessage): Promise<HttpResponse> {
    const body = await readBody(request);
    if (body === undefined) return ownAnswer(413);
    const route = findRoute(routes, request.method ?? 'GET', splitTarget(request.url ?? '/').path);
    if (route === undefined || invoke === undefined) return ownAnswer(404);
    const event: APIGatewayProxyEventV2 = toApiEvent(request, body, route);
    return patiently(invoke(route.functionName, event).then(toHttpAnswer), patienceMs);
  }

  const server = createServer(async (request, response) => {
    try {
      const given = await answer(request);
      response.shouldKeepAlive = !isClosing;
      write(response, given, request.method === 'HEAD');
    } catch {
      // The caller went away before its request was here.
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

/** @returns undefined when it is longer than an HTTP API takes */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

async function patiently(answer: Promise<HttpResponse>, ms: number): Promise<HttpResponse> {
  const enough = new AbortController();
  const late = sleep(ms, ownAnswer(503), { signal: enough.signal });
  late.catch(() => {});
  try {
    return await Promise.race([answer, late]);
  } finally {
    enough.abort();
  }
}

function write(response: ServerResponse, answer: HttpResponse, isHead: boolean): void {
  const { status, headers, body } = isSendable(answer) ? answer : ownAnswer(500);
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(isHead ? undefined : body);
}

/** Whether HTTP has a form for the headers that the function gave. */
function isSendable({ headers }: HttpResponse): boolean {
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

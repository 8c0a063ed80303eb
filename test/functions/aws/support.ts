import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../functions/adapters/system-clock.ts';
import { type CallOptions, createJsonService, type ServicePlace } from '../../../functions/aws/json-service.ts';

export const REGION = 'eu-west-1';
export const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
export const SESSION = { ...KEYS, sessionToken: 'IQoJb3JpZ2luX2VjE//example+token==' };

/** The services as functions/runtime.ts knows them. */
export const SERVICES = {
  sqs: { service: 'sqs', target: 'AmazonSQS', version: '1.0' },
  secretsmanager: { service: 'secretsmanager', target: 'secretsmanager', version: '1.1' },
  dynamodb: { service: 'dynamodb', target: 'DynamoDB_20120810', version: '1.0' },
} as const;
export type ServiceName = keyof typeof SERVICES;

export const placeOf = (service: ServiceName, endpoint: string): ServicePlace => ({
  ...SERVICES[service],
  region: REGION,
  endpoint,
});

/** One over the real network whose pauses, without anything else said, take no time. */
export function serviceAt(place: ServicePlace, options: Partial<CallOptions> = {}) {
  return createJsonService(place, {
    credentials: async () => KEYS,
    connectTimeoutMs: 60_000,
    timeoutMs: 60_000,
    maxAttempts: 3,
    firstPauseMs: 50,
    clock: systemClock,
    random: () => 0,
    ...options,
  });
}

export interface Captured {
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
}

/** Keeps what comes. Answers the first calls by these, and every other with an empty object. Ends with the test. */
export async function startAws(...answers: readonly RequestListener[]) {
  const calls: Captured[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { headers, rawHeaders, method, url } = request;
    calls.push({ headers, rawHeaders, method, url, body: Buffer.concat(parts).toString() });
    (answers[calls.length - 1] ?? says(200, '{}'))(request, response);
  });
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  onTestFinished(stop);
  return { url: await listening(server), calls, connections: () => connections, stop };
}

export async function listening(server: NetServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const says =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers }).end(body);
  };
export const refuses = (status: number, type: string, message = 'because'): RequestListener =>
  says(status, JSON.stringify({ __type: type, message }));
export const breaks: RequestListener = (request) => request.socket.destroy();
/** @param headers that say how long the body is, or not */
export const breaksOff =
  (headers: Readonly<Record<string, number>> = {}): RequestListener =>
  (request, response) => {
    response.writeHead(200, headers).write('{"Item"', () => setTimeout(() => request.socket.destroy(), 20));
  };
export const nothing: RequestListener = () => {};

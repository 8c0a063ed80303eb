import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { maskedHeaders } from '../masked-headers.ts';
import type { CallLog, CallNotes } from './calls.ts';
import { type Endpoint, type EndpointRequest, METHODS, type Reply, type Route, routeOf } from './endpoint.ts';
import type { Fault, FaultCall, FaultPlan } from './faults.ts';
import { misbehave, write } from './misbehave.ts';

/** A complete request. */
export interface Incoming {
  readonly request: IncomingMessage;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** From 1. */
  readonly connection: number;
}

export interface CallHandlerParts {
  readonly endpoint: Endpoint;
  readonly faults: FaultPlan;
  readonly calls: CallLog;
  readonly isKey: (key: string) => boolean;
  /** Called for each enhancement that begins. */
  readonly onAct: (imageId: string) => void;
  /** Epoch ms. */
  readonly now: () => number;
  /** Aborts when the sandbox closes. A call that waits then does nothing more. */
  readonly closing: AbortSignal;
}

/** Records a call, and responds like the endpoint or as a planned fault says. */
export function createCallHandler({ endpoint, faults, calls, isKey, onAct, now, closing }: CallHandlerParts) {
  function keyIn({ headers }: IncomingMessage): EndpointRequest['key'] {
    const key = headers['x-api-key'];
    if (key === undefined) return 'missing';
    return isKey(String(key)) ? 'right' : 'wrong';
  }

  function carryOut(request: EndpointRequest, notes: CallNotes, fails?: string): Reply {
    const { acted, ...reply } = endpoint.respond({ ...request, fails });
    if (acted !== undefined) {
      notes.acted();
      onAct(acted);
    }
    return reply;
  }

  async function faultFor(method: string, path: string): Promise<Fault | undefined> {
    const route = routeOf(path);
    const isCall = route !== undefined && method === METHODS[route.call];
    const fault = isCall ? faults.next({ kind: faultCallOf(route), imageId: imageIdOf(route) }) : undefined;
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs, undefined, { signal: closing });
    return fault;
  }

  return async ({ request, path, query, body, connection }: Incoming, response: ServerResponse): Promise<void> => {
    const { method = '', headers } = request;
    const key = keyIn(request);
    const imageId = imageIdOf(routeOf(path)) ?? null;
    const facts = { receivedAt: now(), connection, method, path, headers: maskedHeaders(headers), key, body, imageId };
    const notes = calls.receive(facts);
    const fault = await faultFor(method, path);
    const asked = { method, path, query, contentType: headers['content-type'] ?? '', key, body };
    if (fault === undefined) {
      const reply = carryOut(asked, notes);
      notes.answered(reply.status);
      return write(response, reply);
    }
    notes.hitBy(fault.kind);
    const status = misbehave(fault, response, (fails) => carryOut(asked, notes, fails));
    if (status !== null) notes.answered(status);
  };
}

function faultCallOf({ call }: Route): FaultCall {
  if (call === 'process' || call === 'read') return call;
  return call === 'preview' || call === 'asset' ? 'preview' : 'order';
}

function imageIdOf(route: Route | undefined): string | undefined {
  return route !== undefined && 'imageId' in route ? route.imageId : undefined;
}

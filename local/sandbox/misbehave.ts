import type { ServerResponse } from 'node:http';
import { json, type Reply } from './endpoint.ts';
import type { Fault } from './faults.ts';

/** Sends a complete response. */
export function write(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

/**
 * Responds to a call as a fault says.
 * @param carryOut processes the call and returns the normal response; `fails`: why its image will end in `error`
 * @returns the status that was sent; null if none was
 */
export function misbehave(fault: Fault, response: ServerResponse, carryOut: (fails?: string) => Reply): number | null {
  switch (fault.kind) {
    case 'delay':
      return send(response, carryOut());
    case 'fails_later':
      return send(response, carryOut(fault.reason ?? 'The image could not be enhanced'));
    case 'status':
      if (fault.acts) carryOut();
      return send(response, ordered(fault));
    case 'reset':
      if (fault.acts) carryOut();
      response.socket?.resetAndDestroy();
      return null;
    case 'hang':
      if (fault.acts) carryOut();
      return null;
    case 'malformed':
      return send(response, { ...carryOut(), body: '<html><body>OK</body></html>' });
    case 'oversized':
      return send(response, padded(carryOut(), fault.bytes ?? 300 * 1024));
    case 'stalled_body':
      return sendHalf(response, carryOut(), () => {});
    case 'broken_body':
      return sendHalf(response, carryOut(), () => response.socket?.resetAndDestroy());
  }
}

function send(response: ServerResponse, reply: Reply): number {
  write(response, reply);
  return reply.status;
}

function sendHalf(response: ServerResponse, { status, headers = {}, body }: Reply, then: () => void): number {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.write(body.slice(0, body.length / 2), then);
  return status;
}

function ordered({ status, body, headers = {}, retryAfter }: Fault & { kind: 'status' }): Reply {
  const plain = json(status, body ?? { message: `Planned: ${status}`, detail: 'a planned fault of the sandbox' });
  return {
    status,
    headers: {
      ...plain.headers,
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...headers,
    },
    body: typeof body === 'string' ? body : plain.body,
  };
}

/** The same JSON object with another member, so that it has exactly so many bytes. */
function padded(reply: Reply, bytes: number): Reply {
  const opened = `${reply.body.slice(0, -1)},"padding":"`;
  const missing = bytes - Buffer.byteLength(opened) - 2;
  return { ...reply, body: `${opened}${'x'.repeat(Math.max(0, missing))}"}` };
}

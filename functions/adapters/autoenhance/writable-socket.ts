import type { Socket } from 'node:net';
import type { Received } from './received-head.ts';

export type ClientSocket = Socket & { readonly encrypted?: boolean };

/** Checks whether a reused connection is still usable. @param received the bytes that arrive on it */
export function checkReused(socket: ClientSocket, received: Received, onChecked: (isAlive: boolean) => void): void {
  // The server may have ended it, or sent bytes without a request, such as a 408 before it closes.
  const check = () => onChecked(socket.writable && !socket.readableEnded && received.length === 0);
  // The event loop polls sockets once a turn. It may have polled in this turn already, so the check waits for the next poll.
  setImmediate(() => setImmediate(check));
}

/** Calls `onConnected` when a new connection is ready. @param ms limit of name lookup, TCP and TLS together */
export function whenConnected(
  socket: ClientSocket,
  ms: number,
  onConnected: () => void,
  stop: (reason: string) => void,
): void {
  const timer = setTimeout(() => stop(`no connection within ${ms} ms`), ms);
  socket.once('close', () => clearTimeout(timer));
  socket.once(socket.encrypted === true ? 'secureConnect' : 'connect', () => {
    clearTimeout(timer);
    onConnected();
  });
}

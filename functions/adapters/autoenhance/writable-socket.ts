import type { Socket } from 'node:net';
import type { Received } from './received-head.ts';

export type ClientSocket = Socket & { readonly encrypted?: boolean };

/** Tells whether a kept connection still stands. @param received what comes on it */
export function whenKnown(socket: ClientSocket, received: Received, tell: (isAlive: boolean) => void): void {
  // It may have ended, or carry what nobody asked for, such as a 408 that says good-bye.
  const look = () => tell(socket.writable && !socket.readableEnded && received.length === 0);
  // What has arrived is seen when the event loop asks for it. In this turn it may have asked before; in the next it asks anew.
  setImmediate(() => setImmediate(look));
}

/** Calls `onConnected` when a new connection stands. @param ms limit of name lookup, TCP and TLS together */
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

import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

export type Received = readonly Buffer[];

/** More than Node's parser accepts as a head. */
const MAX_BYTES = 64 * 1024;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d\d)(?: [^\r\n]*)?\r?\n/;
const HEAD_END = '\r\n\r\n';

/**
 * Collects the received bytes until Node has the head of a response. The errors of Node's parser contain only the last bytes,
 * and there is no error with the bytes of a head that breaks off.
 */
export function collectHead(socket: Socket, request: ClientRequest): Received {
  const received: Buffer[] = [];
  let room = MAX_BYTES;
  const onData = (bytes: Buffer) => {
    if (room > 0) received.push(bytes);
    room -= bytes.length;
  };
  const end = () => socket.off('data', onData);
  socket.on('data', onData);
  request.on('response', end);
  request.on('close', end);
  return received;
}

/** The status of the first response that is not informational (1xx), if its status line is complete. */
export function statusOf(received: Received): number | undefined {
  let text = Buffer.concat(received).toString('latin1');
  for (;;) {
    const [, status] = STATUS_LINE.exec(text) ?? [];
    if (status === undefined) return undefined;
    if (!status.startsWith('1')) return Number(status);
    const end = text.indexOf(HEAD_END);
    if (end < 0) return undefined;
    text = text.slice(end + HEAD_END.length);
  }
}

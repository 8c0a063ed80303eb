import type { Socket } from 'node:net';

export type Received = readonly Buffer[];

/** Collects until it is stopped. */
export interface HeadCollector {
  readonly received: Received;
  /** To be called when Node has the head, or the request has ended. */
  stop(): void;
}

/** More than Node's parser accepts as a head. */
const MAX_BYTES = 64 * 1024;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d\d)(?: [^\r\n]*)?\r?\n/;
const HEAD_END = '\r\n\r\n';

/**
 * Collects the bytes that a connection receives. The errors of Node's parser contain only the last bytes, and there is no error
 * with the bytes of a head that breaks off.
 */
export function collectHead(socket: Socket): HeadCollector {
  const received: Buffer[] = [];
  let room = MAX_BYTES;
  const onData = (bytes: Buffer) => {
    if (room > 0) received.push(bytes);
    room -= bytes.length;
  };
  socket.on('data', onData);
  return { received, stop: () => socket.off('data', onData) };
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

import type { IncomingMessage } from 'node:http';
import { type DecodedBody, decodeBody } from './decode-body.ts';

const MAX_BYTES = 256 * 1024;

/** Reads a response's body, at most 256 KiB of it, or so many bytes. Never rejects. @param asBytes each character is one byte, undecoded */
export async function readBody(response: IncomingMessage, maxBytes = MAX_BYTES, asBytes = false): Promise<DecodedBody> {
  const chunks: Buffer[] = [];
  const isWhole = await collect(response, chunks, maxBytes);
  const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  if (asBytes) return { body: bytes.toString('latin1'), truncated: !isWhole };
  return decodeBody(bytes, response.headers['content-encoding'], { isWhole, maxBytes });
}

/** @returns whether the whole body was read */
// Uses events because `for await` would double the time it takes to read a response.
function collect(response: IncomingMessage, chunks: Buffer[], maxBytes: number): Promise<boolean> {
  let room = maxBytes;
  return new Promise((resolve) => {
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk.subarray(0, room));
      const isTooLong = chunk.length > room;
      room = Math.max(0, room - chunk.length);
      if (!isTooLong) return;
      resolve(false);
      response.destroy();
    });
    response.on('end', () => resolve(true));
    response.on('error', () => resolve(false));
    // A response that we destroy ourselves only emits `close`.
    response.on('close', () => resolve(false));
  });
}

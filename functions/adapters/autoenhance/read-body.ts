import type { IncomingMessage } from 'node:http';
import { type DecodedBody, decodeBody } from './decode-body.ts';

const MAX_BYTES = 256 * 1024;

/** Reads a response's body as text, at most 256 KiB of it. Never rejects. */
export async function readBody(response: IncomingMessage): Promise<DecodedBody> {
  const chunks: Buffer[] = [];
  const isWhole = await collect(response, chunks);
  const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  return decodeBody(bytes, response.headers['content-encoding'], { isWhole, maxBytes: MAX_BYTES });
}

/** @returns whether all of it was read */
// Events, where `for await` would do: it costs as much as all the rest of a call's reading.
function collect(response: IncomingMessage, chunks: Buffer[]): Promise<boolean> {
  let room = MAX_BYTES;
  return new Promise((resolve) => {
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk.subarray(0, room));
      const isCut = chunk.length > room;
      room = Math.max(0, room - chunk.length);
      if (!isCut) return;
      resolve(false);
      response.destroy();
    });
    response.once('end', () => resolve(true));
    response.on('error', () => resolve(false));
    // What we end ourselves closes without a word.
    response.once('close', () => resolve(false));
  });
}

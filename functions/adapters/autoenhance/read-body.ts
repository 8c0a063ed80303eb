import { isAscii } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

const MAX_BYTES = 256 * 1024;

/**
 * Reads an answer's body as UTF-8, at most 256 KiB of it. `truncated` tells that this is not all, because it was longer,
 * because it broke off, or because it is no UTF-8: with each wrong byte replaced by three it could outgrow every later limit.
 * Never rejects.
 */
export async function readBody(
  response: IncomingMessage,
): Promise<{ readonly body: string; readonly truncated: boolean }> {
  const chunks: Buffer[] = [];
  const truncated = await collect(response, chunks);
  const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  // Every call comes here, and TextDecoder has to be loaded first.
  if (!truncated && isAscii(bytes)) return { body: bytes.toString('latin1'), truncated };
  try {
    // With `stream`, a last character that was cut in two is left out.
    const body = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: truncated });
    return { body, truncated };
  } catch {
    return { body: '', truncated: true };
  }
}

// Events, where `for await` would do: it costs as much as all the rest of a call's reading.
function collect(response: IncomingMessage, chunks: Buffer[]): Promise<boolean> {
  let room = MAX_BYTES;
  return new Promise((resolve) => {
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk.subarray(0, room));
      const isCut = chunk.length > room;
      room = Math.max(0, room - chunk.length);
      if (!isCut) return;
      resolve(true);
      response.destroy();
    });
    response.once('end', () => resolve(false));
    response.on('error', () => resolve(true));
    // What we end ourselves closes without a word.
    response.once('close', () => resolve(true));
  });
}

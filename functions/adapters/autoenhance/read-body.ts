import type { IncomingMessage } from 'node:http';

/**
 * Reads an answer's body as UTF-8, up to so many bytes; `truncated` tells that this is not all of it, because it was longer,
 * because it broke off, or because it is no UTF-8: with each wrong byte replaced by three it could outgrow every later limit.
 * Never rejects.
 */
export async function readBody(
  response: IncomingMessage,
  maxBytes: number,
): Promise<{ readonly body: string; readonly truncated: boolean }> {
  const chunks: Buffer[] = [];
  const truncated = await collect(response, maxBytes, chunks);
  try {
    // With `stream`, a last character that was cut in two is left out.
    const body = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks), { stream: truncated });
    return { body, truncated };
  } catch {
    return { body: '', truncated: true };
  }
}

// Events, where `for await` would do: it costs as much as all the rest of a call's reading.
function collect(response: IncomingMessage, maxBytes: number, chunks: Buffer[]): Promise<boolean> {
  let room = maxBytes;
  return new Promise((resolve) => {
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk.subarray(0, room));
      room = Math.max(0, room - chunk.length);
      const isCut = chunks.at(-1)?.length !== chunk.length;
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

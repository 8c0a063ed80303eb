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
  let room = maxBytes;
  let truncated = false;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, room));
      truncated = chunk.length > room;
      room -= chunk.length;
      // Leaving the loop destroys the answer, and the connection with it.
      if (truncated) break;
    }
  } catch {
    truncated = true;
  }
  try {
    // With `stream`, a last character that was cut in two is left out.
    const body = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks), { stream: truncated });
    return { body, truncated };
  } catch {
    return { body: '', truncated: true };
  }
}

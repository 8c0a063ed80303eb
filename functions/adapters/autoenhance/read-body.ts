import type { IncomingMessage } from 'node:http';

/**
 * Reads an answer's body as UTF-8, up to so many bytes; `truncated` tells that this is not all of it, because it was longer
 * or because it broke off. Never rejects.
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
  // With `stream`, a last character that was cut in two is left out.
  return { body: new TextDecoder().decode(Buffer.concat(chunks), { stream: truncated }), truncated };
}

import { createReadStream } from 'node:fs';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** UTF-16 is known by its byte order mark alone. */
export function encodingOf(beginning: Uint8Array): Encoding {
  const [first, second] = beginning;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** Its text without the byte order mark. */
export async function* decoded(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(path)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** Its lines with what ends them, so that they keep their numbers. */
export async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let left = '';
  for await (const part of text) {
    const lines = (left + part).split(/(?<=\n)/);
    left = lines.pop() ?? '';
    yield* lines;
  }
  if (left !== '') yield left;
}

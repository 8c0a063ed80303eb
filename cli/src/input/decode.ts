import { createReadStream } from 'node:fs';
import { usageError } from '../command-error.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** UTF-16 is known by its byte order mark alone. */
export function encodingOf(beginning: Uint8Array): Encoding {
  const [first, second] = beginning;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

const NEWLINE = 0x0a;

/** Refuses a file in another encoding, whose letters would be replaced without a word. @throws CommandError */
export async function refuseOtherThanUtf8(path: string, name: string, advice: string): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  try {
    for await (const chunk of createReadStream(path)) {
      for (const piece of piecesOf(chunk)) {
        decoder.decode(piece, { stream: true });
        if (piece.at(-1) === NEWLINE) line += 1;
      }
    }
    decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw usageError(`${name} must be text in UTF-8, got other bytes in line ${line}: ${advice}`, cause);
  }
}

/** Each ends behind a line, or with the chunk. */
function* piecesOf(chunk: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
    yield chunk.subarray(start, end + 1);
    start = end + 1;
  }
  if (start < chunk.length) yield chunk.subarray(start);
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

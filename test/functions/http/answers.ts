import fc from 'fast-check';
import { AnswerReader } from '../../../functions/http/answer-reader.ts';

/** What a reader makes of bytes (as latin-1) that come in pieces, through one buffer that each piece overwrites. */
export function read(pieces: readonly string[], maxBytes = 1024 * 1024) {
  const reader = new AnswerReader(maxBytes);
  let isOver = false;
  let error: string | undefined;
  let rest = pieces;
  while (!isOver && error === undefined && rest.length > 0) {
    const [piece = '', ...others] = rest;
    rest = others;
    const shared = Buffer.from(piece, 'latin1');
    try {
      isOver = reader.take(shared);
    } catch (thrown) {
      error = (thrown as Error).message;
    }
    shared.fill('X');
  }
  const { head, isCut, endsWithConnection } = reader;
  return {
    isOver,
    error,
    status: head?.status,
    headers: { ...head?.headers },
    keepsConnection: head?.keepsConnection,
    body: reader.body.toString('latin1'),
    isCut,
    endsWithConnection,
    isFollowed: isOver && !isCut && (reader.isFollowed || rest.join('') !== ''),
  };
}

/** Cuts at each of the places, which may be anywhere. */
export function cut(text: string, places: readonly number[]): readonly string[] {
  const ends = [...places.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end)).filter((piece) => piece !== '');
}

export const places = fc.array(fc.nat(), { maxLength: 12 });

const bytes = (options: fc.IntArrayConstraints = {}) =>
  fc.uint8Array({ maxLength: 200, ...options }).map((array) => Buffer.from(array).toString('latin1'));
const space = fc.constantFrom('', ' ', '\t', ' \t ');
const value = fc
  .array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff }), fc.constant(9)), {
    maxLength: 30,
  })
  .map((codes) => String.fromCharCode(...codes));
const name = fc.stringMatching(/^x-[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,12}$/);
const headerLines = fc
  .uniqueArray(fc.tuple(name, space, value, space), { maxLength: 6, selector: ([written]) => written.toLowerCase() })
  .map((lines) => lines.map(([written, ...parts]) => `${written}:${parts.join('')}\r\n`).join(''));

const extension = fc.constantFrom('', ';a', ';a=b', ';a="b c"', ';a=1;b');
const chunks = fc
  .tuple(fc.array(fc.tuple(bytes({ minLength: 1 }), extension, fc.boolean())), extension, headerLines)
  .map(([parts, last, trailers]) => {
    const written = parts.map(([data, more, isUpper]) => {
      const size = data.length.toString(16);
      return `${isUpper ? `0${size.toUpperCase()}` : size}${more}\r\n${data}\r\n`;
    });
    return `${written.join('')}0${last}\r\n${trailers}\r\n`;
  });

const informational = fc.constantFrom(
  '',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n',
);
const body = fc.oneof(
  bytes().map((data) => ({ framing: `Content-Length: ${data.length}\r\n`, data, closes: false })),
  chunks.map((data) => ({ framing: 'Transfer-Encoding: chunked\r\n', data, closes: false })),
  bytes().map((data) => ({ framing: 'Connection: close\r\n', data, closes: true })),
);
const bodiless = fc.constantFrom(204, 304);
const bodied = fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304);

/** Well-formed answers; `closes` where the connection's end is the body's. */
export const wellFormed = fc
  .record({
    before: fc.array(informational, { maxLength: 2 }),
    version: fc.constantFrom('1.1', '1.1', '1.0'),
    status: fc.oneof({ weight: 5, arbitrary: bodied }, bodiless),
    reason: fc.constantFrom('', ' ', ' OK', ' Not so good', ' pr\xeat'),
    headers: headerLines,
    body,
  })
  .map(({ before, version, status, reason, headers, body: { framing, data, closes } }) => {
    const head = `${before.join('')}HTTP/${version} ${status}${reason}\r\n${headers}`;
    if (status === 204 || status === 304) return { text: `${head}\r\n`, closes: false };
    return { text: `${head}${framing}\r\n${data}`, closes };
  });

const fragment = fc.oneof(
  fc.constantFrom('HTTP/1.1 200 OK\r\n', 'HTTP/1.0 200\r\n', 'HTTP/1.1 101 On\r\n', 'HTTP/1.1 102 Yes\r\n\r\n'),
  fc.constantFrom('Content-Length: 5\r\n', 'Content-Length: -5\r\n', 'Transfer-Encoding: chunked\r\n', 'A:\0\r\n'),
  fc.constantFrom('Connection: close\r\n', ' folded\r\n', '\r\n', '\r', '\n', '5\r\nhello\r\n', '3\r\nhello\r\n'),
  fc.constantFrom('0\r\n\r\n', '0;a\r\nTrailer: b\r\n\r\n', 'fffffffff\r\n', 'hello', 'x'.repeat(9_000)),
  bytes({ maxLength: 5 }),
);
/** What is nearly an answer, one, or more than one. */
export const anything = fc.tuple(fc.constantFrom('', 'HTTP/1.1 200 OK\r\n'), fc.array(fragment, { maxLength: 10 }));

import { bodyLength, type Head, parseHead } from './answer-head.ts';

const LINE_END = '\r\n';
const HEAD_END = '\r\n\r\n';
const CHUNK_LINE = /^([\da-f]{1,8})[ \t]*(?:;|$)/i;
/** Of a head, and of a line between chunks: what Node's own client takes. */
const MAX_HEAD_BYTES = 16 * 1024;

type Expected = 'head' | 'body' | 'chunk-line' | 'chunk' | 'chunk-end' | 'trailer' | 'nothing';

/** Reads one answer to a POST or a GET over HTTP/1.1, as its bytes come (RFC 9112). */
export class AnswerReader {
  /** Undefined until the head of an answer has come that is not an informational one. */
  head: Head | undefined;
  /** The body is longer than is read. */
  isCut = false;
  /** Bytes came that nobody asked for. */
  isFollowed = false;
  #expected: Expected = 'head';
  /** Bytes of the body, or of its chunk, that are still to come; Infinity where the connection's end is the body's. */
  #left = 0;
  /** Bytes that are no whole line yet. */
  #begun: Buffer | undefined;
  readonly #parts: Buffer[] = [];
  #room: number;

  /** @param maxBytes of the body that are read */
  constructor(maxBytes: number) {
    this.#room = maxBytes;
  }

  /** As much of it as came. */
  get body(): Buffer {
    const [first = EMPTY, ...others] = this.#parts;
    return others.length === 0 ? first : Buffer.concat(this.#parts);
  }

  /** The other side may end the connection here, and nothing is missing. */
  get endsWithConnection(): boolean {
    return this.#left === Number.POSITIVE_INFINITY;
  }

  /**
   * Takes the next bytes, which may be overwritten afterwards. Returns whether these were the last that are read.
   * @throws Error that shows none of them
   */
  take(bytes: Buffer): boolean {
    let rest = this.#begun === undefined ? bytes : Buffer.concat([this.#begun, bytes]);
    this.#begun = undefined;
    while (!this.#isOver && rest.length > 0) {
      const taken = this.#takeSome(rest);
      if (taken === 0) {
        this.#begun = Buffer.from(rest);
        return false;
      }
      rest = rest.subarray(taken);
    }
    this.isFollowed = rest.length > 0;
    return this.#isOver;
  }

  get #isOver(): boolean {
    return this.#expected === 'nothing' || this.isCut;
  }

  /** Returns how many bytes were understood. */
  #takeSome(bytes: Buffer): number {
    if (this.#expected === 'body' || this.#expected === 'chunk') return this.#takeBody(bytes);
    const end = this.#expected === 'head' ? HEAD_END : LINE_END;
    const at = bytes.indexOf(end, 0, 'latin1');
    if ((at < 0 ? bytes.length - end.length + 1 : at) > MAX_HEAD_BYTES)
      throw new Error('the head of the answer is too long');
    if (at < 0) return 0;
    const text = bytes.toString('latin1', 0, at);
    if (this.#expected === 'head') this.#takeHead(text);
    else this.#takeLine(text);
    return at + end.length;
  }

  #takeHead(text: string): void {
    const head = parseHead(text);
    if (head.status === 101) throw new Error('the answer switches to another protocol');
    // An informational answer comes before the real one.
    if (head.status < 200) return;
    const length = bodyLength(head);
    this.head = head;
    if (length === 'chunked') this.#expected = 'chunk-line';
    else this.#expect(length, 'body');
  }

  #expect(length: number, kind: 'body' | 'chunk'): void {
    this.#left = length;
    this.#expected = length > 0 ? kind : kind === 'body' ? 'nothing' : 'trailer';
  }

  #takeBody(bytes: Buffer): number {
    const length = Math.min(this.#left, bytes.length);
    const kept = Math.min(length, this.#room);
    // A copy: the bytes belong to the connection.
    if (kept > 0) this.#parts.push(Buffer.from(bytes.subarray(0, kept)));
    this.#room -= kept;
    this.isCut = kept < length;
    this.#left -= length;
    if (this.#left === 0) this.#expected = this.#expected === 'chunk' ? 'chunk-end' : 'nothing';
    return length;
  }

  #takeLine(line: string): void {
    if (this.#expected === 'trailer') {
      if (line === '') this.#expected = 'nothing';
    } else if (this.#expected === 'chunk-end') {
      if (line !== '') throw new Error('a chunk of the answer is longer than it says');
      this.#expected = 'chunk-line';
    } else {
      const [, size] = CHUNK_LINE.exec(line) ?? [];
      if (size === undefined) throw new Error('a chunk of the answer does not say how long it is');
      this.#expect(Number.parseInt(size, 16), 'chunk');
    }
  }
}

const EMPTY = Buffer.alloc(0);

import type { Limits } from '../../ports.ts';
import type { UploadStore } from '../ports.ts';
import type { Place, Upload } from '../upload.ts';
import { decodeLoosely, type Encoding, encodingOf, utf16Decoder, utf16Length } from './file-text.ts';
import { createSplitter, type RawLine, type Splitter } from './line-splitter.ts';
import { PORTION } from './parsed-line.ts';

/**
 * What one read fetches. A file is read in parts, not as one stream: a feeder may pause for minutes, and S3 would close the
 * connection meanwhile.
 */
const CHUNK_BYTES = 1024 * 1024;

/** A file of text, of which some beginning is read. */
export interface TextFile {
  /** As text, as far as it is read: a mebibyte at most. */
  readonly beginning: () => string;
  /** Its lines from a place on, some at a time. @param separators of a CSV file's fields */
  readonly lines: (from: Place, separators?: string) => AsyncGenerator<readonly RawLine[]>;
}

/** @throws UnreadableFile, UploadGone, DependencyUnavailable */
export async function openTextFile(
  store: Pick<UploadStore, 'read'>,
  upload: Upload,
  limits: Limits,
): Promise<TextFile> {
  const { bytes: first, size } = await store.read(upload, 0, CHUNK_BYTES, limits);
  const encoding = encodingOf(first);
  const { name, markBytes } = encoding;

  async function* chunks(from: number) {
    let offset = from;
    if (from < first.length) {
      yield first.subarray(from);
      offset = first.length;
    }
    while (offset < size) {
      const { bytes } = await store.read(upload, offset, CHUNK_BYTES, limits);
      if (bytes.length === 0) return;
      offset += bytes.length;
      yield bytes;
    }
  }

  return {
    beginning() {
      const text = first.subarray(markBytes);
      return decodeLoosely(name === 'UTF-8' ? text : utf16Decoder(name).decode(text));
    },
    async *lines({ offset, line }, separators) {
      const from = { offset: Math.max(offset, markBytes), line };
      const splitter = splitterOf(encoding, from, separators);
      for await (const chunk of chunks(from.offset)) yield* portionsOf(splitter.push(chunk));
      yield* portionsOf(splitter.end());
    },
  };
}

function splitterOf({ name }: Encoding, from: Place, separators: string | undefined): Splitter {
  if (name === 'UTF-8') return createSplitter(from, separators);
  return createUtf16Splitter(name, from, separators);
}

/** Cuts UTF-16 into lines of UTF-8, and tells where each ends in the file as it is. */
export function createUtf16Splitter(name: Encoding['name'], from: Place, separators?: string): Splitter {
  const splitter = createSplitter({ offset: 0, line: from.line }, separators);
  const decoder = utf16Decoder(name);
  let { offset } = from;
  /** Bytes of UTF-8 before that offset. */
  let done = 0;

  function* placed(text: Uint8Array): Generator<RawLine> {
    const begin = done;
    const advance = (to: number) => {
      offset += utf16Length(text.subarray(done - begin, to - begin));
      done = to;
    };
    for (const raw of splitter.push(text)) {
      advance(raw.next.offset);
      yield { ...raw, next: { offset, line: raw.next.line } };
    }
    advance(begin + text.length);
  }

  return {
    push: (chunk) => placed(decoder.decode(chunk)),
    *end() {
      yield* placed(decoder.end());
      for (const raw of splitter.end()) yield { ...raw, next: { offset, line: raw.next.line } };
    },
  };
}

function* portionsOf(lines: Iterable<RawLine>): Generator<readonly RawLine[]> {
  let portion: RawLine[] = [];
  for (const line of lines) {
    portion.push(line);
    if (portion.length < PORTION) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

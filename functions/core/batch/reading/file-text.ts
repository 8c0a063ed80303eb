import { binaryKindOf } from './binary-kind.ts';

const TEXT_RULE = 'the file must be text in UTF-8, or in UTF-16 with a byte order mark';

/** How much of a file's beginning is looked at. */
const SNIFFED_BYTES = 64 * 1024;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A file is not what its name says, and no line of it can be trusted. The text tells its uploader what to do. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
  readonly code = 'unreadable_file';
}

/** How the characters of a file are written. */
export interface Encoding {
  readonly name: 'UTF-8' | 'UTF-16LE' | 'UTF-16BE';
  /** Bytes of the byte order mark that the file begins with. */
  readonly markBytes: number;
}

const MARKS: readonly (Encoding & { readonly mark: readonly number[] })[] = [
  { name: 'UTF-8', markBytes: 3, mark: [0xef, 0xbb, 0xbf] },
  { name: 'UTF-16LE', markBytes: 2, mark: [0xff, 0xfe] },
  { name: 'UTF-16BE', markBytes: 2, mark: [0xfe, 0xff] },
];

/**
 * UTF-16 is known by its byte order mark alone.
 * @param beginning a file's first bytes
 * @throws UnreadableFile when it is no text
 */
export function encodingOf(beginning: Uint8Array): Encoding {
  const { name, markBytes } = MARKS.find(({ mark }) => mark.every((byte, index) => beginning[index] === byte)) ?? {
    name: 'UTF-8',
    markBytes: 0,
  };
  const advice = binaryKindOf(beginning.subarray(0, SNIFFED_BYTES));
  if (advice !== undefined) throw new UnreadableFile(`${TEXT_RULE}, got ${advice}, and put that file`);
  const sniffed = beginning.subarray(markBytes, SNIFFED_BYTES);
  const text = name === 'UTF-8' ? sniffed : utf16Decoder(name).decode(sniffed);
  if (text.includes(0)) {
    throw new UnreadableFile(`${TEXT_RULE}, got binary data: a spreadsheet has to be saved as "CSV UTF-8" first`);
  }
  return { name, markBytes };
}

/** Undefined when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** For a person to recognise: what is not UTF-8 is replaced. */
export function decodeLoosely(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Makes UTF-8 of UTF-16, wherever its chunks are cut. */
export interface Utf16Decoder {
  decode(chunk: Uint8Array): Uint8Array;
  /** What is left at the file's end: half a character. */
  end(): Uint8Array;
}

/** No UTF-8: stands for half a character, so that its line is refused like others that are not text. */
const HALF = Uint8Array.of(0xed, 0xa0, 0x80);

export function utf16Decoder(name: Encoding['name']): Utf16Decoder {
  let left: Uint8Array = new Uint8Array(0);
  return {
    decode(chunk) {
      const bytes = Buffer.concat([left, chunk]);
      const whole = wholeCharacters(bytes, name);
      left = bytes.subarray(whole);
      const units = bytes.subarray(0, whole);
      return toUtf8((name === 'UTF-16BE' ? units.swap16() : units).toString('utf16le'));
    },
    // One for each unit that has begun: whoever reads on behind it must find nothing more.
    end: () => Buffer.concat(Array.from({ length: Math.ceil(left.length / 2) }, () => HALF)),
  };
}

/** Bytes before what may be the first half of a character. */
function wholeCharacters(bytes: Buffer, name: Encoding['name']): number {
  const even = bytes.length - (bytes.length % 2);
  if (even === 0) return 0;
  const high = bytes[name === 'UTF-16BE' ? even - 2 : even - 1] ?? 0;
  return high >= 0xd8 && high <= 0xdb ? even - 2 : even;
}

function toUtf8(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text);
  const parts = text.split(/\p{Surrogate}/u).flatMap((part) => [HALF, Buffer.from(part)]);
  return Buffer.concat(parts.slice(1));
}

/** How many bytes of UTF-16 some bytes were made of by a {@link Utf16Decoder}: two for each character, or four. */
export function utf16Length(utf8: Uint8Array): number {
  let length = 0;
  for (const byte of utf8) {
    if ((byte & 0xc0) !== 0x80) length += byte >= 0xf0 ? 4 : 2;
  }
  return length;
}

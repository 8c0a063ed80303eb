import { isAscii } from 'node:buffer';
import { parseJson } from '../../core/json.ts';

export interface DecodedBody {
  readonly body: string;
  /** It is not all of the body: that was longer, broke off, or could not be decoded. */
  readonly truncated: boolean;
}

const UNDECODED: DecodedBody = { body: '', truncated: true };

/**
 * A response's body as text. Uncompressed bodies are asked for, so `Content-Encoding` is doubted: servers write `utf-8` into it,
 * or name a compression that a proxy has undone. What is JSON as it stands is taken as it stands; the rest is decompressed.
 * @param isWhole whether the bytes are all that the server sent
 * @param maxBytes of the decompressed body
 */
export async function decodeBody(
  bytes: Buffer,
  contentEncoding: string | undefined,
  { isWhole, maxBytes }: { readonly isWhole: boolean; readonly maxBytes: number },
): Promise<DecodedBody> {
  const plain = decodeUtf8(bytes, isWhole);
  const codings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter(isCompression);
  if (codings.length === 0 || isJson(plain.body)) return plain;
  return isWhole ? decompress(bytes, codings.toReversed(), maxBytes) : UNDECODED;
}

/** With each wrong byte replaced by three, a body that is not UTF-8 could outgrow every later limit. */
function decodeUtf8(bytes: Buffer, isWhole: boolean): DecodedBody {
  // Nearly every response, without loading TextDecoder.
  if (isWhole && isAscii(bytes)) return { body: bytes.toString('latin1'), truncated: false };
  try {
    // With `stream`, a last character that was cut in two is left out.
    const body = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
    return { body, truncated: !isWhole };
  } catch {
    return UNDECODED;
  }
}

const COMPRESSIONS = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd'];

function isCompression(coding: string): boolean {
  return COMPRESSIONS.includes(coding);
}

/** @param codings the one that was applied last first */
async function decompress(bytes: Buffer, codings: readonly string[], maxOutputLength: number): Promise<DecodedBody> {
  // No response needs it, as a rule.
  const { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } = await import(
    'node:zlib'
  );
  const limits = { maxOutputLength };

  function undo(coding: string, from: Buffer): Buffer {
    if (coding === 'br') return brotliDecompressSync(from, limits);
    if (coding === 'zstd') return zstdDecompressSync(from, limits);
    if (coding !== 'deflate') return gunzipSync(from, limits);
    // RFC 9110, 8.4.1.2: the zlib format is meant, and some servers send the data without it.
    const hasZlibHeader = ((from[0] ?? 0) & 0x0f) === 8 && (((from[0] ?? 0) << 8) + (from[1] ?? 0)) % 31 === 0;
    return hasZlibHeader ? inflateSync(from, limits) : inflateRawSync(from, limits);
  }

  try {
    return decodeUtf8(
      codings.reduce((from, coding) => undo(coding, from), bytes),
      true,
    );
  } catch {
    return UNDECODED;
  }
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

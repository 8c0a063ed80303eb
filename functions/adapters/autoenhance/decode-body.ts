import { isAscii } from 'node:buffer';
import { isJson } from '../../core/json.ts';

export interface DecodedBody {
  readonly body: string;
  /** The body was too long, broke off, or could not be decoded. */
  readonly truncated: boolean;
}

const UNDECODED: DecodedBody = { body: '', truncated: true };

/**
 * A response's body as text. The request asks for an uncompressed body, so `Content-Encoding` is not trusted: some servers write
 * `utf-8` there, or name a compression that a proxy has removed. A body that is JSON already is not decompressed.
 * @param isWhole whether the bytes are all that the server sent
 * @param maxBytes of the decompressed body
 */
export async function decodeBody(
  bytes: Buffer,
  contentEncoding: string | undefined,
  { isWhole, maxBytes }: { readonly isWhole: boolean; readonly maxBytes: number },
): Promise<DecodedBody> {
  const plain = decodeUtf8(bytes, isWhole);
  if (contentEncoding === undefined) return plain;
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter(isCompression);
  if (codings.length === 0 || isJson(plain.body)) return plain;
  return isWhole ? decompress(bytes, codings.toReversed(), maxBytes) : UNDECODED;
}

/** Refuses what is not UTF-8: with each wrong byte replaced by three, the body could exceed later limits. */
function decodeUtf8(bytes: Buffer, isWhole: boolean): DecodedBody {
  // The fast path for nearly every response, without TextDecoder.
  if (isWhole && isAscii(bytes)) return { body: bytes.toString('latin1'), truncated: false };
  try {
    // With `stream`, an incomplete last character is left out.
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

/** @param codings the last applied first */
async function decompress(bytes: Buffer, codings: readonly string[], maxOutputLength: number): Promise<DecodedBody> {
  // Loaded here, because it is rarely needed.
  const { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } = await import(
    'node:zlib'
  );
  const limits = { maxOutputLength };

  function undo(coding: string, from: Buffer): Buffer {
    if (coding === 'br') return brotliDecompressSync(from, limits);
    if (coding === 'zstd') return zstdDecompressSync(from, limits);
    if (coding !== 'deflate') return gunzipSync(from, limits);
    // RFC 9110, 8.4.1.2 requires the zlib format, but some servers send raw deflate data.
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

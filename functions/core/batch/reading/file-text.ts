const UTF8_MARK = [0xef, 0xbb, 0xbf];
/** How much of a file's beginning is looked at. */
const SNIFFED_BYTES = 64 * 1024;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A file is not what its name says, and no line of it can be trusted. The text tells its uploader what to do. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
  readonly code = 'unreadable_file';
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

/**
 * How many bytes of byte order mark a file begins with: 3 or 0.
 * @param beginning its first bytes
 * @throws UnreadableFile when it is no text, or in UTF-16
 */
export function markBytes(beginning: Uint8Array): number {
  const [first = -1, second = -1] = beginning;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new UnreadableFile('the file must be UTF-8, got UTF-16: save it as "CSV UTF-8", or as plain text in UTF-8');
  }
  if (beginning.subarray(0, SNIFFED_BYTES).includes(0)) {
    throw new UnreadableFile(
      'the file must be text in UTF-8, got binary data: a spreadsheet has to be saved as CSV first',
    );
  }
  return UTF8_MARK.every((byte, index) => beginning[index] === byte) ? UTF8_MARK.length : 0;
}

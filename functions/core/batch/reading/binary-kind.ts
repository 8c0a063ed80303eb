/** What to do with a file that is no text, by how it begins; a byte that is undefined may be any. */
const KINDS: readonly {
  readonly begins: readonly (number | undefined)[];
  readonly kind: string;
  readonly advice: string;
}[] = [
  { begins: [0x1f, 0x8b], kind: 'a gzip archive', advice: 'unpack it' },
  { begins: [0x42, 0x5a, 0x68, undefined, 0x31, 0x41, 0x59], kind: 'a bzip2 archive', advice: 'unpack it' },
  { begins: [0xfd, 0x37, 0x7a, 0x58, 0x5a], kind: 'an xz archive', advice: 'unpack it' },
  { begins: [0x28, 0xb5, 0x2f, 0xfd], kind: 'a zstd archive', advice: 'unpack it' },
  { begins: [0x37, 0x7a, 0xbc, 0xaf], kind: 'a 7z archive', advice: 'unpack it' },
  { begins: [0x52, 0x61, 0x72, 0x21, 0x1a], kind: 'a rar archive', advice: 'unpack it' },
  { begins: [0xd0, 0xcf, 0x11, 0xe0], kind: 'an Excel workbook', advice: 'save it as "CSV UTF-8"' },
  { begins: [0x25, 0x50, 0x44, 0x46], kind: 'a PDF', advice: 'save the table in it as CSV' },
  { begins: [0x89, 0x50, 0x4e, 0x47], kind: 'a picture', advice: 'put a list of image ids' },
  { begins: [0xff, 0xd8, 0xff], kind: 'a picture', advice: 'put a list of image ids' },
];
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/** What a file is that a person took for a text, and what to do: `a gzip archive: unpack it`. Undefined when nothing is known. */
export function binaryKindOf(beginning: Uint8Array): string | undefined {
  if (beginsWith(beginning, ZIP)) return kindOfZip(beginning);
  const found = KINDS.find(({ begins }) => beginsWith(beginning, begins));
  return found === undefined ? undefined : `${found.kind}: ${found.advice}`;
}

/** Spreadsheets are zip archives; the names in them tell which. */
function kindOfZip(beginning: Uint8Array): string {
  const names = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.length).toString('latin1');
  if (/\bxl\/|\[Content_Types\]\.xml/.test(names)) return 'an Excel workbook (.xlsx): save it as "CSV UTF-8"';
  if (names.includes('opendocument.spreadsheet')) return 'an OpenDocument spreadsheet: save it as CSV, in UTF-8';
  if (names.includes('Index/Document.iwa')) return 'a Numbers document: export it as CSV';
  return 'a zip archive: unpack it';
}

function beginsWith(bytes: Uint8Array, begins: readonly (number | undefined)[]): boolean {
  return begins.every((byte, index) => byte === undefined || bytes[index] === byte);
}

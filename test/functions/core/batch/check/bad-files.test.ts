import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { check } from '../../../../support/check-bench.ts';

const GIB = 1024 ** 3;
const zip = (name: string) => Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1'), Buffer.from(name)]);

// biome-ignore format: a table
const FILES: readonly (readonly [what: string, name: string, content: string | Uint8Array, refusal: string])[] = [
  ['empty', 'a.csv', '', 'the file is empty: was it saved before it was sent?'],
  ['empty, of JSON', 'a.json', '', 'the file is empty: was it saved before it was sent?'],
  ['a header alone', 'a.csv', 'image_id,rating\n', 'the file holds no request: it must have a header that names image_id, and a row for each image below it'],
  ['nothing but line breaks', 'a.ndjson', '\n\n', 'the file holds no request: it must have one for each image'],
  ['an empty array', 'a.json', '[]', 'the file holds no request: it must have one for each image'],
  ['a header without image_id', 'a.csv', 'imge_id\na\n', 'did you mean image_id'],
  ['binary', 'a.csv', Uint8Array.of(1, 0, 2, 0), 'got binary data'],
  ['a gzip archive under the name of a table', 'a.csv', gzipSync('image_id\na\n'), 'got a gzip archive: unpack it, and put that file'],
  ['a bzip2 archive', 'a.csv', Buffer.from('BZh91AY&SY', 'latin1'), 'got a bzip2 archive: unpack it'],
  ['a zip archive', 'a.ndjson', zip('list.csv'), 'got a zip archive: unpack it, and put that file'],
  ['a workbook under the name of a table', 'a.csv', zip('xl/workbook.xml'), 'got an Excel workbook (.xlsx): save it as "CSV UTF-8", and put that file'],
  ['a workbook under the name of JSON', 'a.json', zip('[Content_Types].xml'), 'got an Excel workbook (.xlsx): save it as "CSV UTF-8", and put that file'],
  ['a workbook of old', 'a.csv', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1), 'got an Excel workbook: save it as "CSV UTF-8"'],
  ['an OpenDocument spreadsheet', 'a.csv', zip('mimetypeapplication/vnd.oasis.opendocument.spreadsheet'), 'got an OpenDocument spreadsheet'],
  ['a workbook by its name', 'a.xlsx', zip('xl/workbook.xml'), 'got .xlsx: save the spreadsheet as "CSV UTF-8", and put that file'],
  ['JSON of another shape: a list of ids', 'a.json', '{"image_ids":["a"],"preferences":{}}', 'got an object with "image_ids, preferences": put the array of "image_ids" alone'],
  ['JSON of another shape: an envelope', 'a.json', '{"requests":[{"image_id":"a"}]}', 'put the array of "requests" alone'],
  ['JSON of another shape: a text', 'a.json', '"a"', 'must hold one request or an array of requests, got "a"'],
  ['JSON of another shape: ids alone', 'a.json', '["a","b"]', 'all 2 lines are refused; line 1: a request must be a JSON object, got "a"'],
  ['an array under the name of lines', 'a.ndjson', '[\n{"image_id":"a","preferences":{}}\n]', 'give it a name that ends in .json'],
];

describe('a file is refused, with what to do', () => {
  it.each(FILES)('%s', async (_what, name, content, refusal) => {
    const { check: found, accepted, sha256 } = await check(name, content, { rejectedKey: 'r' });
    expect(found.refusal).toContain(refusal);
    expect([accepted, sha256.length]).toEqual([0, 64]);
  });

  it('a word that begins as an archive does is none', async () => {
    const { accepted } = await check('a.csv', 'BZhoo,image_id\n,a\n');
    expect(accepted).toBe(1);
  });

  it('with another content it has another digest, although its name is what it is refused for', async () => {
    const [one, again, other] = await Promise.all(['1', '1', '2'].map((text) => check('a.xlsx', zip(text))));
    expect(one?.sha256).toBe(again?.sha256);
    expect(one?.sha256).not.toBe(other?.sha256);
  });
});

describe('a file that is too large', () => {
  /** Lines of an image each, made as they are read. */
  function endless(size: number) {
    const reads: number[] = [];
    const row = Buffer.from(`${'a'.repeat(127)}\n`);
    const read = async (_upload: unknown, offset: number, length: number) => {
      reads.push(length);
      const bytes = Buffer.alloc(Math.min(length, size - offset), row);
      if (offset === 0) bytes.write('image_id\n');
      return { bytes, size };
    };
    return { reads, source: { read } };
  }

  it('of 10 GB is refused by its size, and no more is read of it than its beginning', async () => {
    const { reads, source } = endless(10 * GIB);
    const { check: found } = await check('a.csv', '', { source });
    expect(found.refusal).toBe(`a request file must be at most ${2 * GIB} bytes, got ${10 * GIB}: split it`);
    expect(reads).toEqual([1024 * 1024]);
  });

  it('by its lines is refused, and not read to its end', async () => {
    const { reads, source } = endless(GIB);
    const { check: found } = await check('a.csv', '', { source }, { maxRequests: 20_000 });
    expect(found.refusal).toBe('a request file must hold at most 20,000 requests, got more: split it');
    expect(reads.length).toBeLessThan(6);
  });

  it('as JSON is refused from 10 MiB on', async () => {
    const { source } = endless(11 * 1024 * 1024);
    const { check: found } = await check('a.json', '', { source });
    expect(found.refusal).toContain('a .json file must be at most 10485760 bytes');
  });

  it('as JSON is refused when it is millions of objects that hold nothing, which would fill the memory', async () => {
    const { check: found } = await check('a.json', `[${'{},'.repeat(1_250_000)}{}]`);
    expect(found.refusal).toBe(
      'a .json file must hold at most 2500000 values, got 2500002: give it one request a line, and a name that ends in .ndjson',
    );
  });

  it('as JSON is read however many commas and brackets its texts hold', async () => {
    const request = `{"image_id":"a","preferences":{"metadata":{"list":"\\"${'[1,'.repeat(20_000)}"}}}`;
    const { check: found, accepted } = await check('a.json', `[${Array.from({ length: 70 }, () => request)}]`);
    expect([found.refusal, accepted]).toEqual([undefined, 70]);
  });

  it('one line of 1 MB refuses that line alone', async () => {
    const long = `{"image_id":"a","preferences":{"image_name":"${'x'.repeat(1_000_000)}"}}`;
    const { check: found } = await check('a.ndjson', `${long}\n{"image_id":"b","preferences":{}}\n`);
    expect(found.rejections).toEqual([{ line: 1, detail: 'a line must be at most 65536 bytes' }]);
    expect(found.refusal).toBeUndefined();
  });
});

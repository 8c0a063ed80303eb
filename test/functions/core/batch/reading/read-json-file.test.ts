import { describe, expect, it } from 'vitest';
import type { Portion } from '../../../../../functions/core/batch/reading/parsed-line.ts';
import { readJsonFile } from '../../../../../functions/core/batch/reading/read-json-file.ts';

const UPLOAD = { bucket: 'uploads', key: 'requests/a.json', version: '1' };
const REQUEST = { image_id: '0f8fad5b-d9cb-469f-a165-70867728950e', preferences: { image_name: 'Küche 🏠' } };

async function read(bytes: Buffer, line = 1): Promise<readonly Portion[]> {
  const store = { read: async () => ({ bytes, size: bytes.length }) };
  const limits = { deadline: Number.POSITIVE_INFINITY, signal: new AbortController().signal };
  const portions: Portion[] = [];
  for await (const portion of readJsonFile(store, UPLOAD, { offset: 0, line }, limits)) portions.push(portion);
  return portions;
}

function utf16(text: string, { isBig, mark = '\uFEFF' }: { readonly isBig: boolean; readonly mark?: string }): Buffer {
  const bytes = Buffer.from(mark + text, 'utf16le');
  return isBig ? bytes.swap16() : bytes;
}

describe.each([
  ['UTF-16LE', false],
  ['UTF-16BE', true],
])('a .json file in %s', (name, isBig) => {
  it('is read when it begins with a byte order mark', async () => {
    const portions = await read(utf16(JSON.stringify([REQUEST, REQUEST]), { isBig }));
    const preferences = portions.flatMap(({ lines }) => lines.map((line) => 'request' in line && line.request));
    expect(preferences).toMatchObject([{ preferences: REQUEST.preferences }, { preferences: REQUEST.preferences }]);
  });

  it('is refused without the mark, and told of it', async () => {
    await expect(read(utf16(JSON.stringify(REQUEST), { isBig, mark: '' }))).rejects.toThrow(
      'the file must be text in UTF-8, or in UTF-16 with a byte order mark, got binary data',
    );
  });

  it.each([
    ['ends in half a character', (whole: Buffer) => whole.subarray(0, -1)],
    ['holds half of a pair', (whole: Buffer) => Buffer.concat([whole, utf16('\ud83c', { isBig, mark: '' }), whole])],
  ])('is refused under its own name when it %s', async (_case, breakIt) => {
    const whole = utf16(JSON.stringify(REQUEST), { isBig });
    await expect(read(breakIt(whole))).rejects.toThrow(
      `the file must be ${name} from beginning to end, got bytes that are no character in it: save it again as UTF-8`,
    );
  });
});

it('a .json file that is neither UTF-8 nor UTF-16 is refused', async () => {
  await expect(read(Buffer.from('{"image_id":"caf\xe9"}', 'latin1'))).rejects.toThrow(
    'the file must be UTF-8 from beginning to end, got bytes that are no character in it: save it again as UTF-8',
  );
});

it.each([1, 700])('the requests of a long .json file are numbered by their place in it, from %d on', async (from) => {
  const bytes = Buffer.from(JSON.stringify(Array.from({ length: 1200 }, () => REQUEST)));
  const lines = (await read(bytes, from)).flatMap((portion) => portion.lines);
  const numbers = Array.from({ length: 1201 - from }, (_, index) => from + index);
  expect(lines.map(({ line }) => line)).toEqual(numbers);
  expect(lines.map(({ next }) => next.line)).toEqual(numbers.map((number) => number + 1));
});

import { mkdtempSync, openAsBlob, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Preferences } from '../../client/src/index.ts';
import { EMPTY_DRAFT, idsIn, prepare } from '../../console/src/new-batch/draft.ts';
import { putDraftFile, takeDraftFile } from '../../console/src/new-batch/draft-file.ts';
import { readRequestFile } from '../../console/src/new-batch/request-file.ts';
import { needsIdColumn, withPreferences } from '../../console/src/new-batch/with-preferences.ts';
import { FORM_FIELDS } from '../../console/src/preferences/preference-fields.ts';
import { parsePreferences, preferencesText } from '../../console/src/preferences/preferences-json.ts';
import { withPreference } from '../../console/src/preferences/with-preference.ts';
import { fieldTexts, texts } from '../../console/src/texts.ts';
import { ROOT } from '../docs/support/documents.ts';
import { workbookOf } from './support/workbook.ts';

const contract = JSON.parse(readFileSync(join(ROOT, 'docs/openapi.json'), 'utf8'));
const properties = contract.components.schemas.Preferences.properties;

async function completed(content: string | Buffer, name: string, preferences: Preferences, idColumn?: number) {
  const read = await readRequestFile(new File([content], name));
  const file = withPreferences(read, { preferences, idColumn });
  return { text: await file.text(), name: file.name, type: file.type };
}

describe('the form', () => {
  it("has every field of the contract, with the contract's own explanation", () => {
    // Objects: in JSON alone.
    const names = [...FORM_FIELDS.map(({ name }) => name), 'finetune_settings', 'metadata'];
    expect(names.toSorted()).toEqual(Object.keys(properties).toSorted());
    for (const name of names) expect(fieldTexts[name]?.help).toBe(properties[name].description);
  });

  it('offers what the contract documents', () => {
    for (const field of FORM_FIELDS) {
      const offered = field.kind === 'choice' ? field.choices : field.kind === 'text' ? field.examples : undefined;
      if (offered) expect(offered).toEqual(properties[field.name].examples);
    }
  });

  it('changes one preference, and leaves out what the image keeps', () => {
    const preferences = { hdr: true, metadata: { by: 'us' } };
    expect(withPreference(preferences, 'hdr', false)).toEqual({ hdr: false, metadata: { by: 'us' } });
    expect(withPreference(preferences, 'rating', 0)).toEqual({ ...preferences, rating: 0 });
    expect(Object.keys(withPreference(preferences, 'hdr', undefined))).toEqual(['metadata']);
  });

  it('says what is wrong with JSON, and keeps every digit of what is right', () => {
    expect(parsePreferences(' \n')).toEqual({ preferences: {} });
    expect([preferencesText({}), preferencesText({ hdr: true })]).toEqual(['', '{\n  "hdr": true\n}']);
    expect(parsePreferences('[1]').problem).toBe('it is a list');
    expect(parsePreferences('"warm"').problem).toBe(texts.newBatch.jsonNoObject);
    expect(parsePreferences('{"a"').problem).toMatch(/JSON/);
    expect(JSON.stringify(parsePreferences('{"n": 12345678901234567890, "f": 1.0}').preferences)).toBe(
      '{"n":12345678901234567890,"f":1.0}',
    );
  });

  it('understands JSON also in a browser that does not tell how its numbers were written', () => {
    type Parse = (text: string, reviver?: (name: string, value: unknown) => unknown) => unknown;
    const parse: Parse = JSON.parse;
    vi.spyOn(JSON, 'parse').mockImplementation((text, reviver?: (name: string, value: unknown) => unknown) =>
      parse(text, reviver && ((name, value) => reviver(name, value))),
    );
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    expect(parsePreferences('{"rating": 5}')).toEqual({ preferences: { rating: 5 } });
  });
});

describe('a file', () => {
  it('that changes after it was read is handed over as it was', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'console-')), 'spring.csv');
    onTestFinished(() => rmSync(dirname(path), { recursive: true }));
    writeFileSync(path, 'image_id\nhouse\n');
    // As a browser's, it is read from the disk each time.
    const read = await readRequestFile(new File([await openAsBlob(path)], 'spring.csv'));
    writeFileSync(path, 'image_id\nanother-house\n');
    expect(await withPreferences(read, { preferences: {} }).text()).toBe('image_id\nhouse\n');
  });

  it('is handed over as it came, byte by byte, when nothing is added', async () => {
    const content = '\ufeffImage ID;Rating\r\nhouse;5\r\n';
    expect(await completed(content, 'spring.csv', {})).toEqual({
      text: content.slice(1),
      name: 'spring.csv',
      type: 'text/csv',
    });
    expect((await completed('{"image_id":"a"}', 'a.jsonl', {})).type).toBe('application/x-ndjson');
  });

  it('gets the preferences in the cells that are empty, and in new columns', async () => {
    const content = 'sep=;\nImage ID;Enhance Type\nhouse;\n"gar""den";Modern\n';
    const added = { enhance_type: 'warm', metadata: { by: 'a, b' }, finetune_settings: { contrast: 2 } };
    const { text } = await completed(content, 'spring.csv', added);
    expect(text.split('\r\n')).toEqual([
      'Image ID,Enhance Type,metadata.by,finetune_settings.contrast',
      'house,warm,"a, b",2',
      '"gar""den",Modern,"a, b",2',
      '',
    ]);
  });

  it('of lines keeps what each line says, and its digits', async () => {
    const content =
      '{"image_id":"a","preferences":{"enhance_type":"neutral","n":12345678901234567890}}\n\n{"image_id":"b"}';
    const { text } = await completed(content, 'a.ndjson', { enhance_type: 'warm', hdr: true });
    expect(text.split('\n')).toEqual([
      '{"image_id":"a","preferences":{"enhance_type":"neutral","hdr":true,"n":12345678901234567890}}',
      '',
      '{"image_id":"b","preferences":{"enhance_type":"warm","hdr":true}}',
    ]);
    for (const line of ['no', '["b"]', '5']) {
      await expect(completed(`{"image_id":"a"}\n${line}`, 'a.ndjson', { hdr: true })).rejects.toThrow(/^Line 2 /);
    }
  });

  it('of lines may have been put together of several files with their marks', async () => {
    const { text } = await completed('{"image_id":"a"}\n\ufeff{"image_id":"b"}', 'a.ndjson', { hdr: true });
    expect(text.split('\n')).toEqual(['a', 'b'].map((id) => `{"image_id":"${id}","preferences":{"hdr":true}}`));
  });

  it('that is an array, or one request, keeps what each says', async () => {
    const [a, b] = ['{"image_id":"a","preferences":{"hdr":false}}', '{"image_id":"b","preferences":{"hdr":true}}'];
    expect((await completed(`[${a},{"image_id":"b"}]`, 'a.json', { hdr: true })).text).toBe(`[${a},${b}]`);
    expect((await completed('{"image_id":"b"}', 'a.json', { hdr: true })).text).toBe(b);
  });

  it('has no line for what is blank in it', async () => {
    const { text } = await completed('Image ID\nhouse\n\ngarden\n', 'a.csv', { hdr: true });
    expect(text).toBe('Image ID,hdr\r\nhouse,true\r\ngarden,true\r\n');
  });

  it.each([
    ['spring.csv', 'image_id\nhäuser\n'],
    ['spring.ndjson', '{"image_id":"häuser","preferences":{}}\n'],
    ['spring.json', '[{"image_id":"häuser","preferences":{}}]'],
  ])('in UTF-16 is handed over in UTF-8, also when nothing is added: %s', async (name, text) => {
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
    expect(await completed(utf16, name, {})).toMatchObject({ text, name });
    expect(await completed(utf16.swap16(), name, {})).toMatchObject({ text, name });
  });

  it('with tabs, or in UTF-16, is a table as well', async () => {
    const table = 'Image ID\tRating\nhouse\t5\n';
    const tabs = await completed(table, 'spring.tsv', { hdr: true });
    expect([tabs.name, tabs.text]).toEqual(['spring.csv', 'Image ID,Rating,hdr\r\nhouse,5,true\r\n']);
    const utf16 = await completed(Buffer.from(`\ufeff${table}`, 'utf16le'), 'spring.csv', { hdr: true });
    expect(utf16.text).toBe(tabs.text);
    const bigEndian = await completed(Buffer.from(`\ufeff${table}`, 'utf16le').swap16(), 'spring.csv', { hdr: true });
    expect(bigEndian.text).toBe(tabs.text);
  });

  it('is separated by what its image column shows, and keeps what is too much in a row', async () => {
    const { text } = await completed('Image ID,Note;of;us\nhouse,  ,too much\n', 'a.csv', { 'note;of;us': 'x' });
    expect(text).toBe('Image ID,Note;of;us\r\nhouse,x,too much\r\n');
  });

  it('is separated by what its first line says, whatever its columns are called', async () => {
    const read = await readRequestFile(new File(['sep=;\nBild;Ort, Land, Stadt\nhouse;Bern, CH, Bern\n'], 'a.csv'));
    expect(read).toMatchObject({
      rows: [
        ['Bild', 'Ort, Land, Stadt'],
        ['house', 'Bern, CH, Bern'],
      ],
    });
  });

  it('keeps a cell of several lines one cell', async () => {
    const { text } = await completed('Image ID,Note\nhouse,"by the\nlake"\ngarden,"by the\rlake"\n', 'a.csv', {
      hdr: true,
    });
    expect(text).toBe('Image ID,Note,hdr\r\nhouse,"by the\nlake",true\r\ngarden,"by the\rlake",true\r\n');
  });

  it('may have a name in capitals', async () => {
    const { name, text } = await completed('Image ID\tRating\nhouse\t5\n', 'SPRING.TSV', { hdr: true });
    expect([name, text]).toEqual(['SPRING.csv', 'Image ID,Rating,hdr\r\nhouse,5,true\r\n']);
  });

  it('may have 4 MB', async () => {
    const file = new File(['x'.repeat(4_000_000)], 'a.ndjson');
    expect(await readRequestFile(file)).toMatchObject({ kind: 'lines' });
  });

  it('whose ids are called otherwise is asked for the column', async () => {
    const read = await readRequestFile(new File(['Bild,Ort\nhouse,Bern\n'], 'a.csv'));
    expect(needsIdColumn(read)).toBe(true);
    expect(prepare({ ...EMPTY_DRAFT, file: read })).toEqual({ missing: expect.stringContaining('column') });
    const { input } = prepare({ ...EMPTY_DRAFT, file: read, idColumn: 0 }) as unknown as { readonly input: File };
    expect(await input.text()).toBe('image_id,Ort\r\nhouse,Bern\r\n');
  });

  it('is handed over under the name that is given', async () => {
    const named = async (header: string, idColumn?: number) => {
      const file = await readRequestFile(new File([`${header},Ort\nhouse,Bern\n`], 'a.csv'));
      return prepare({ ...EMPTY_DRAFT, file, idColumn, name: ' spring ' });
    };
    expect([await named('Image ID'), await named('Bild', 0)]).toMatchObject([{ name: 'spring' }, { name: 'spring' }]);
  });

  it('that was dropped on another page is taken once', () => {
    const file = new File(['x'], 'a.csv');
    putDraftFile(file);
    expect([takeDraftFile(), takeDraftFile()]).toEqual([file, undefined]);
  });

  it('that is a workbook becomes a table', async () => {
    const bytes = readFileSync(join(ROOT, 'test/cli/support/spring.xlsx'));
    const read = await readRequestFile(new File([bytes], 'spring.xlsx'));
    const file = withPreferences(read, { preferences: {} });
    expect([file.name, file.type]).toEqual(['spring.csv', 'text/csv']);
    expect((await file.text()).split('\r\n')[0]).toMatch(/Enhance Type,Rating,Note$/);
  });

  it('that is a workbook has dates as a person sees them', async () => {
    const dates = ['2026-11-30T00:00:00Z', '2026-11-30T14:32:00Z'].map((each) => new Date(each));
    const workbook = workbookOf([
      ['Image ID', 'Day', 'Time'],
      ['house', ...dates],
    ]);
    const { text } = await completed(workbook, 'spring.xlsx', {});
    expect(text).toBe('Image ID,Day,Time\r\nhouse,2026-11-30,2026-11-30T14:32:00.000Z\r\n');
  });

  it.each<[string | Buffer<ArrayBuffer>, string, RegExp]>([
    ['', 'a.csv', /empty/],
    [Buffer.from('image_id;name\nhouse;K\xfcche\n', 'latin1'), 'a.csv', /CSV UTF-8/],
    [Buffer.from('{"image_id":"K\xfcche"}\n', 'latin1'), 'a.ndjson', /UTF-8/],
    ['image_id|enhance_type\nhouse|warm\n', 'a.csv', /commas, semicolons or tabs/],
    ['x', 'a.xls', /Save it as \.xlsx/],
    ['x', 'a.pdf', /a\.pdf is no file of requests/],
    ['no zip', 'a.xlsx', /without a password/],
    ['{ "image_id": ', 'a.json', /^The file is not valid JSON: /],
    ['x'.repeat(4_000_001), 'a.csv', /takes 4 MB/],
  ])('that cannot be read says what to do', async (content, name, sentence) => {
    await expect(readRequestFile(new File([content], name))).rejects.toThrow(sentence);
  });
});

it.each([
  ['file', {}],
  ['ids', { source: 'ids', idsText: ' , ' }],
  ['order', { source: 'order', orderId: ' ' }],
  ['json', { source: 'order', orderId: 'o-1', preferences: undefined }],
] as const)('a draft without its %s says what is missing', (what, change) => {
  expect(prepare({ ...EMPTY_DRAFT, ...change })).toEqual({ missing: texts.newBatch.missing[what] });
});

it('an order is handed over by its id', () => {
  expect(prepare({ ...EMPTY_DRAFT, source: 'order', orderId: ' o-1 ', name: ' ' })).toEqual({
    input: { orderId: 'o-1', preferences: {} },
    name: undefined,
  });
  const preferences = { hdr: true };
  expect(prepare({ ...EMPTY_DRAFT, source: 'order', orderId: 'o-1', preferences, name: 'spring' })).toEqual({
    input: { orderId: 'o-1', preferences },
    name: 'spring',
  });
});

it('ids are taken as they are pasted', () => {
  expect(idsIn(' house\r\n"garden";\tkitchen, attic ')).toEqual(['house', 'garden', 'kitchen', 'attic']);
  expect(prepare({ ...EMPTY_DRAFT, source: 'ids', idsText: 'a b', name: ' x ' })).toEqual({
    input: { imageIds: ['a', 'b'], preferences: {} },
    name: 'x',
  });
});

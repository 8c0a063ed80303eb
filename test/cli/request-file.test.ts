import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../cli/src/context.ts';
import { parseColumnMap } from '../../cli/src/input/column-map.ts';
import { partsOf } from '../../cli/src/input/parts.ts';
import { NUMBERS, parseSettings, preferencesOf, TEXTS } from '../../cli/src/input/preferences.ts';
import { cellText } from '../../cli/src/input/read-xlsx.ts';
import { readRequestFile } from '../../cli/src/input/request-file.ts';
import { readJson } from '../docs/support/contract.ts';
import { confineTemporaryFiles, fileWith } from './support/run.ts';

async function read(
  content: string | Uint8Array,
  name: string,
  set: readonly string[] = [],
  map: readonly string[] = [],
) {
  return readAs(fileWith(content, name), set, map);
}

async function readAs(path: string, set: readonly string[] = [], map: readonly string[] = []) {
  confineTemporaryFiles();
  const changes = { settings: parseSettings(set), map: parseColumnMap(map) };
  const file = await readRequestFile(path, changes, {} as Context);
  return { name: file.name, kind: file.kind, text: Buffer.from(await file.content.arrayBuffer()).toString() };
}

describe('a table', () => {
  it('is handed over as it is where nothing is to be changed', async () => {
    const text = '\ufeffsep=;\r\nImage ID;Note\r\nhouse;"a;b"\r\n';
    expect(await read(text, 'spring.csv')).toEqual({ name: 'spring.csv', kind: 'csv', text });
  });

  it('gets what --set says where a row says nothing, and keeps its lines', async () => {
    const text = 'Image ID;Enhance Type\nhouse;\n\nkitchen;neutral\ngarden\n';
    expect((await read(text, 'a.csv', ['enhance_type=warm', 'privacy=true'])).text).toBe(
      'Image ID;Enhance Type;privacy\nhouse;warm;true\n\nkitchen;neutral;true\ngarden;warm;true\n',
    );
  });

  it('gets other names of its columns, whatever separates them', async () => {
    for (const separator of [',', ';', '\t']) {
      const text = `Bild-ID${separator}"x ${separator} y"\nhouse${separator}"1 ""a"" ${separator}"\n`;
      const { text: got } = await read(text, 'a.csv', [], ['bild id=image_id']);
      expect(got).toBe(text.replace('Bild-ID', 'image_id'));
    }
  });

  it('is separated by what its image column shows, however often something else stands in its header', async () => {
    const text = 'Bild-ID;Note, a, b, c\nhouse;x\n';
    expect((await read(text, 'a.csv', [], ['Bild-ID=image_id'])).text).toBe(text.replace('Bild-ID', 'image_id'));
  });

  it('may have a name with an equals sign', async () => {
    expect((await read('a=b,c\nhouse,1\n', 'a.csv', [], ['a=b=image_id'])).text).toBe('image_id,c\nhouse,1\n');
  });

  it('is separated by what its line sep= says, whatever its header shows', async () => {
    const { text } = await read('sep=;\nimage_id,x;note\nhouse;1\n', 'a.csv', [], ['image_id,x=image_id']);
    expect(text).toBe('sep=;\nimage_id;note\nhouse;1\n');
  });

  it('keeps what ends a line within quotes', async () => {
    const text = 'image_id,note\nhouse,"a\rb"\nkitchen,"a\r\nb"\n';
    expect((await read(text, 'a.csv', ['note=x'])).text).toBe(text);
  });

  it('keeps a line sep=', async () => {
    expect((await read('sep=;\nA;B\nhouse;1,5\n', 'a.csv', [], ['A=image_id'])).text).toBe(
      'sep=;\nimage_id;B\nhouse;1,5\n',
    );
  });

  it('in UTF-16 becomes UTF-8', async () => {
    const bytes = Buffer.from('\ufeffimage_id;Straße\nhouse;ä\n', 'utf16le');
    expect((await read(bytes, 'a.csv')).text).toBe('image_id;Straße\nhouse;ä\n');
  });

  it('with tabs has a name by which the service knows it', async () => {
    const text = 'image_id\tnote\nhouse\tx\n';
    expect(await read(text, 'spring.tsv')).toEqual({ name: 'spring.csv', kind: 'csv', text });
    expect((await read(text, 'spring.txt')).name).toBe('spring.csv');
  });

  it('is one by the end of its name, whatever its first line is', async () => {
    expect(await read('Bild\nhouse\n', 'a.tsv', [], ['Bild=image_id'])).toMatchObject({
      kind: 'csv',
      text: 'image_id\nhouse\n',
    });
    expect(await read('"house"\n', 'a.jsonl')).toMatchObject({ kind: 'ndjson', text: '"house"\n' });
  });

  it('keeps each letter, wherever the disk cuts it', async () => {
    // In UTF-8 the letters begin at odd places, so that one of them lies over the end of each block that is read.
    const note = `x${'ü'.repeat(100_000)}`;
    const { text } = await read(`image_id,note\nhouse,${note}\n`, 'a.csv', ['hdr=true']);
    expect(text === `image_id,note,hdr\nhouse,${note},true\n`).toBe(true);
  });

  it('that cannot be read says where', async () => {
    await expect(read('image_id\n"house\n', 'a.csv', ['enhance_type=warm'])).rejects.toThrow(/close each quote/);
  });

  it('is the first sheet of a workbook, and an empty row keeps its place', async () => {
    const path = join(import.meta.dirname, 'support/spring.xlsx');
    expect(await readAs(path, ['enhance_type=neutral'], ['Bild-ID=image_id'])).toEqual({
      name: 'spring.csv',
      kind: 'csv',
      text: 'image_id,Enhance Type,Rating,Note\nhouse,warm,5,"a, b"\n\nkitchen,neutral,,\n',
    });
  });

  it.each([
    [new Date('2026-11-22T00:00:00Z'), '2026-11-22'],
    [new Date('2026-11-22T10:30:00Z'), '2026-11-22T10:30:00.000Z'],
    [4.5, '4.5'],
    [false, 'false'],
    [null, ''],
  ])('has a cell of a workbook as a person sees it: %s', (cell, text) => {
    expect(cellText(cell)).toBe(text);
  });

  it('that is no workbook says how to save it', async () => {
    await expect(read('no zip', 'a.xlsx')).rejects.toThrow(/save it as \.xlsx without a password/);
  });
});

describe('a file in another encoding', () => {
  const latin1 = (text: string) => Buffer.from(text, 'latin1');

  it.each([
    ['a.csv', 'image_id;Note\nhouse;x\nkitchen;grün\n', [], 'line 3: save it as "CSV UTF-8"'],
    ['a.csv', 'image_id;Straße\nhouse;x\n', ['hdr=true'], 'line 1: save it as "CSV UTF-8"'],
    ['a.ndjson', '{"image_id":"grün"}', [], 'line 1: save it in UTF-8'],
    ['a.txt', 'house\nküche', ['hdr=true'], 'line 2: save it in UTF-8'],
    ['a.txt', 'house\ncafé', [], 'line 2: save it in UTF-8'],
  ])('%s with %j is refused before its letters are lost', async (name, text, set, sentence) => {
    const refusal = `${name} must be text in UTF-8, got other bytes in ${sentence}`;
    await expect(read(latin1(text), name, set)).rejects.toThrow(refusal);
  });

  it('is known wherever the reading is cut, and a character that is cut there is none', async () => {
    const text = `image_id;Note\n${'house;Küche 🏠\n'.repeat(20_000)}`;
    expect((await read(text, 'a.csv')).text).toBe(text);
    const mixed = Buffer.concat([Buffer.from(text), latin1('kitchen;grün\n')]);
    await expect(read(mixed, 'a.csv')).rejects.toThrow('in line 20002: ');
  });

  it('that is no text at all is left to the service, which knows what it is', async () => {
    const bytes = Buffer.from([0x50, 0x4b, 3, 4, 0x14, 0, 0x0a, 0xff, 0xfe]);
    expect((await read(bytes, 'a.ndjson')).kind).toBe('ndjson');
    expect((await read(bytes, 'a.csv')).kind).toBe('csv');
  });
});

it.each([
  ['a.csv', `image_id,${'x'.repeat(70_000)}\nhouse,1\n`],
  ['a.ndjson', `${'\n'.repeat(70_000)}{"image_id":"house"}\n`],
])('%s is not refused for a beginning that says nothing of the rest', async (name, content) => {
  expect((await read(content, name)).text === content).toBe(true);
});

it.each([
  ['[{"image_id":"house"}]', 'json'],
  ['{"image_id":"house"}\n', 'ndjson'],
  ['Image ID\nhouse\n', 'csv'],
  ['Image ID\tNote\nhouse\tx\n', 'csv'],
  ['house\n', 'ndjson'],
])('a .txt file is by its beginning, in UTF-16 too, what it is: %j', async (text, kind) => {
  expect((await read(text, 'a.txt')).kind).toBe(kind);
  const { kind: recoded } = await read(Buffer.from(`\ufeff${text}`, 'utf16le'), 'a.txt');
  expect(recoded).toBe(kind === 'json' ? 'ndjson' : kind);
});

describe('an id a line', () => {
  it('is enough with --set, and keeps its lines', async () => {
    const { name, kind, text } = await read('house\r\n\r\n kitchen\n', 'images.txt', ['enhance_type=warm']);
    expect({ name, kind }).toEqual({ name: 'images.ndjson', kind: 'ndjson' });
    const row = (image_id: string) => JSON.stringify({ image_id, preferences: { enhance_type: 'warm' } });
    expect(text).toBe(`${row('house')}\n\n${row('kitchen')}\n`);
  });

  it('may stand in a .csv file where the first line is an id', async () => {
    const { kind, text } = await read('123e4567-e89b-12d3-a456-426614174000\n', 'a.csv', ['hdr=true']);
    expect(kind).toBe('ndjson');
    expect(JSON.parse(text).preferences).toEqual({ hdr: true });
  });
});

describe('one request a line', () => {
  it('gets what --set says where it says nothing, and keeps every digit', async () => {
    const text =
      '{"image_id":"house","preferences":{"enhance_type":"neutral","metadata":{"n":12345678901234567890.10}}}\nno json\n';
    expect((await read(text, 'a.ndjson', ['enhance_type=warm', 'hdr=true'])).text).toBe(
      '{"image_id":"house","preferences":{"enhance_type":"neutral","hdr":true,"metadata":{"n":12345678901234567890.10}}}\nno json\n',
    );
  });

  it('is made of an array', async () => {
    const { name, text } = await read('[{"Bild":"house"},"kitchen"]', 'a.json', ['hdr=true'], ['Bild=image_id']);
    expect(name).toBe('a.ndjson');
    expect(text).toBe(
      '{"image_id":"house","preferences":{"hdr":true}}\n{"image_id":"kitchen","preferences":{"hdr":true}}\n',
    );
  });
});

describe('--set', () => {
  it('types a value as the field has it', () => {
    const given = [
      'ai_version=4.7',
      'rating=5',
      'hdr=true',
      'cloud_type=null',
      'metadata.n=007',
      'metadata.sold=true',
      'new_field=1',
      'finetune_settings.x=0.5',
      'other:=[1]',
    ];
    expect(preferencesOf(parseSettings(given))).toEqual({
      ai_version: '4.7',
      rating: 5,
      hdr: true,
      cloud_type: 'null',
      metadata: { n: '007', sold: 'true' },
      new_field: '1',
      finetune_settings: { x: 0.5 },
      other: [1],
    });
  });

  it('keeps every digit of JSON', () => {
    const preferences = preferencesOf(parseSettings(['metadata:={"n":12345678901234567890.10}']));
    expect(JSON.stringify(preferences)).toBe('{"metadata":{"n":12345678901234567890.10}}');
  });

  it('names a preference once', () => {
    expect(() => parseSettings(['hdr=true', 'rating=5', 'hdr=false'])).toThrow('--set may name hdr once');
  });

  it('knows the fields of the contract that are text or numbers', () => {
    const { properties } = readJson('docs/openapi.json').components.schemas.Preferences;
    const typed = (type: RegExp) =>
      Object.entries(properties as Record<string, object>)
        .filter(([, schema]) => type.test(JSON.stringify(schema)))
        .map(([name]) => name);
    expect(typed(/"type":(\["|")string/).toSorted()).toEqual(TEXTS.toSorted());
    expect(typed(/"type":(\["|")(integer|number)/)).toEqual(NUMBERS);
  });
});

describe('a file that is too long for one call', () => {
  const partsWith = async (text: string, kind: 'csv' | 'ndjson', most: number) => {
    const parts: (readonly [string, number])[] = [];
    for await (const { content, linesBefore } of partsOf({ content: new Blob([text]), name: 'a', kind }, most)) {
      parts.push([await content.text(), linesBefore]);
    }
    return parts;
  };

  it('is checked in parts that each have the header, and know their lines', async () => {
    expect(await partsWith('id\nhouse\nkitchen\ngarden\n', 'csv', 12)).toEqual([
      ['id\nhouse\n', 0],
      ['id\nkitchen\n', 1],
      ['id\ngarden\n', 2],
    ]);
    expect(await partsWith('sep=;\nid;x\nhouse;1\nkitchen;2\n', 'csv', 20)).toEqual([
      ['sep=;\nid;x\nhouse;1\n', 0],
      ['sep=;\nid;x\nkitchen;2\n', 1],
    ]);
    expect(await partsWith('{"a":1}\n{"a":2}\n{"a":3}', 'ndjson', 16)).toEqual([
      ['{"a":1}\n{"a":2}\n', 0],
      ['{"a":3}', 2],
    ]);
  });

  it('is not cut within quotes', async () => {
    expect(await partsWith('id\n"a\nb"\n"c\nd"\n', 'csv', 14)).toEqual([
      ['id\n"a\nb"\n', 0],
      ['id\n"c\nd"\n', 2],
    ]);
  });
});

it('what is no number stays as it is, for the service to refuse', () => {
  expect(preferencesOf(parseSettings(['rating=five', 'finetune_settings.contrast=much']))).toEqual({
    rating: 'five',
    finetune_settings: { contrast: 'much' },
  });
});

it('a row with more cells than there are columns keeps them, for the service to refuse', async () => {
  const { text } = await read('image_id,note\nhouse,x,,too much\n', 'a.csv', ['hdr=true']);
  expect(text).toBe('image_id,note,hdr\nhouse,x,true,too much\n');
});

it('each name of a map must be in the lines of a file', async () => {
  const both = ['Bild=image_id', 'Ort=place'];
  expect((await read('{"Bild":"house"}\n{"Ort":"Bern"}\n', 'a.ndjson', [], both)).kind).toBe('ndjson');
  await expect(read('{"Bild":"house"}\n', 'a.ndjson', [], both)).rejects.toThrow('--map names Ort, and no line');
});

it('a preference without a value is refused, since it may be meant to be removed', () => {
  expect(() => parseSettings(['rating='])).toThrow('to leave a preference as it is, do not set it');
});

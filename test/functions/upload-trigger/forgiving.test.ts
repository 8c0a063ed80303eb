import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startUploadBench } from '../../support/upload-bench.ts';

let bench: Awaited<ReturnType<typeof startUploadBench>>;
beforeAll(async () => {
  bench = await startUploadBench();
});
afterEach(() => bench.forgetBatches());
afterAll(() => bench.stop());

let files = 0;

/** One file, read by one run. */
async function upload(extension: string, body: string | Uint8Array) {
  files += 1;
  const event = await bench.put(`requests/person ${files}.${extension}`, body);
  const trigger = bench.startTrigger();
  await trigger.run(event);
  const [requests, events, report] = [await bench.requests(), await bench.events(), await bench.report(event)];
  return { trigger, requests, events, report };
}

/** What the rows of a CSV file ask for, if none of them is refused. */
async function read(csv: string | Uint8Array) {
  const { requests, report } = await upload('csv', csv);
  expect(report).toMatchObject({ rejected: 0, problems: [] });
  return requests.map(({ image_id, preferences, line }) => [line, image_id, preferences]);
}

/** Why a file is refused as a whole: once, and with nothing of it sent. */
async function refusalOf(extension: string, body: string | Uint8Array): Promise<string> {
  const { requests, events, report } = await upload(extension, body);
  expect(requests).toEqual([]);
  expect(events).toHaveLength(1);
  expect(report.problems).toHaveLength(1);
  return report.problems[0] ?? '';
}

/** Why each row of a CSV file is refused. */
async function rowRefusals(header: string, rows: readonly string[]): Promise<readonly string[]> {
  const { requests, report } = await upload('csv', `${header}\n${rows.join('\n')}\n`);
  expect(requests).toEqual([]);
  expect([report.problems, report.rejections.length]).toEqual([[], rows.length]);
  return report.rejections.map(({ detail }) => detail);
}

/** Why the only row of a CSV file is refused. */
const rowRefusal = async (header: string, row: string) => (await rowRefusals(header, [row]))[0];

/** What the cells of a column become, each in a row of its own. */
async function cellsOf(column: string, cells: readonly string[]) {
  const rows = await read(`image_id,${column}\n${cells.map((cell) => `roof,${cell}\n`).join('')}`);
  return rows.map(([, , preferences]) => preferences);
}

describe('a CSV file of an old Mac, or of many hands', () => {
  it('has its lines whatever they end with', async () => {
    expect(await read('image_id,rating\rroof,1\rattic,"2"\r\ncellar,3\nyard,4')).toEqual([
      [2, 'roof', { rating: 1 }],
      [3, 'attic', { rating: 2 }],
      [4, 'cellar', { rating: 3 }],
      [5, 'yard', { rating: 4 }],
    ]);
  });

  it('keeps the line breaks of a quoted cell, and counts them', async () => {
    expect(await read('image_id,image_name\rroof,"one\rtwo\r\nthree"\rattic,four\r')).toEqual([
      [2, 'roof', { image_name: 'one\rtwo\r\nthree' }],
      [5, 'attic', { image_name: 'four' }],
    ]);
  });

  it('may begin with blank lines', async () => {
    expect(await read('\ufeff\r\n \r\nimage_id\r\nroof\r\n')).toEqual([[4, 'roof', {}]]);
  });

  it.each([
    ['a line break', '"image_id\nroof\nattic",rating\ncellar,1\n', 'got "image_id\\nroof\\nattic"'],
    ['a CR', '"image_id\rroof",rating\rcellar,1\r', 'got "image_id\\rroof"'],
    ['a tab', 'image_id,rat\ting\nroof,1\n', 'got "rat\\ting"'],
    ['a blank without a width', 'image_id,rating\u200b\nroof,1\n', 'got "rating\\u200b"'],
    ['a second byte order mark', '\ufeff\ufeffimage_id\nroof\n', 'got "\\ufeffimage_id"'],
    ['a mark of direction', 'image_id,\u202erating\nroof,1\n', 'got "\\u202erating"'],
  ])('is refused when the name of a column holds %s: no row is taken for the header', async (_, csv, problem) => {
    expect(await refusalOf('csv', csv)).toContain(problem);
  });
});

describe('a file of lines of JSON', () => {
  it('has its lines whatever they end with, and a mark where files were joined', async () => {
    const request = (name: string) => `{"image_id":"${name}","preferences":{}}`;
    const body = `${request('roof')}\r${request('attic')}\r\n\ufeff${request('cellar')}\r\r${request('yard')}\r`;
    const { requests, report } = await upload('ndjson', body);
    expect(requests.map(({ line, image_id }) => [line, image_id])).toEqual([
      [1, 'roof'],
      [2, 'attic'],
      [3, 'cellar'],
      [5, 'yard'],
    ]);
    expect(report.rejected).toBe(0);
  });

  const pretty = (value: unknown) => JSON.stringify(value, null, 2);
  const house = { image_id: 'house', preferences: { rating: 1 } };
  const many = Array.from({ length: 20_000 }, () => ({ ...house, preferences: { image_name: 'x'.repeat(60) } }));

  it.each([
    ['an array over many lines', pretty([house, house]), 'a name that ends in .json'],
    ['an array longer than what is read at once', pretty(many), 'a name that ends in .json'],
    ['an array with a request a line', `[\n${JSON.stringify(house)},\n${JSON.stringify(house)}\n]`, '.json'],
    ['an array in one line', JSON.stringify([house, house]), 'a name that ends in .json'],
    ['an array whose lines end with CR', pretty([house]).replaceAll('\n', '\r'), 'a name that ends in .json'],
    ['an array behind a mark and blank lines', `\ufeff\n\n  ${pretty([house])}`, 'a name that ends in .json'],
    ['an array that is cut off', pretty([house, house]).slice(0, -30), 'a name that ends in .json'],
    ['an array without an end that begins beside its bracket', `[${pretty(house)},\n`, 'a name that ends in .json'],
    ['one request over many lines', pretty(house), 'a name that ends in .json'],
    ['one with brackets in its texts', pretty({ ...house, preferences: { image_name: '}{"]' } }), 'ends in .json'],
    ['requests over many lines', `${pretty(house)}\n${pretty(house)}\n`, 'each request on one line'],
    ['requests with commas between them', `${pretty(house)},\n${pretty(house)}\n`, 'each request on one line'],
  ])('that holds %s is refused once', async (_, body, problem) => {
    expect(await refusalOf('ndjson', body)).toMatch(
      new RegExp(`^the file is JSON, and not one request a line: .*${problem}`),
    );
  });

  it.each([
    ['a list', '[1]'],
    ['a request that is broken in two', JSON.stringify(house).replace(',', ',\n')],
    ['an open bracket', '{'],
  ])('whose first line is %s has its other lines all the same', async (_, first) => {
    const { requests, report } = await upload('jsonl', `${first}\n${JSON.stringify(house)}\n`);
    expect(requests.map(({ image_id }) => image_id)).toEqual(['house']);
    expect(report.problems).toEqual([]);
  });

  it('under the name of a JSON file says which name it needs', async () => {
    expect(await refusalOf('json', `${JSON.stringify(house)}\n${JSON.stringify(house)}\n`)).toContain('.ndjson');
  });
});

describe('the columns of a CSV file', () => {
  it('are known whatever the case, blanks, dashes and underscores of their names', async () => {
    const header =
      'Image ID;ENHANCE-TYPE;aiVersion;sky\u00a0replacement;Window_Pull;Meta Data.Shot By;finetuneSettings.a_B;HDR';
    expect(await read(`${header}\nroof;warm;4.x;true;null;Ann;1;false\n`)).toEqual([
      [
        2,
        'roof',
        {
          enhance_type: 'warm',
          ai_version: '4.x',
          sky_replacement: true,
          window_pull: null,
          metadata: { 'Shot By': 'Ann' },
          finetune_settings: { a_B: 1 },
          hdr: false,
        },
      ],
    ]);
  });

  it.each([
    ['Upscale,up_scale', 'only one column may set "upscale", got "Upscale" and "up_scale"'],
    ['Image-Id', 'only one column may set "image_id", got "image_id" and "Image-Id"'],
    ['Not After,notAfter', 'only one column may set "not_after"'],
    ['Metadata.a,metadata.a', 'only one column may set "metadata.a"'],
    ['Meta Data,metadata.a', 'either metadata or metadata.…, got both'],
  ])('%s set one field twice, which refuses the file', async (columns, problem) => {
    expect(await refusalOf('csv', `image_id,${columns}\n`)).toContain(problem);
  });

  it('whose names differ within metadata are two', async () => {
    expect(await read('image_id,metadata.a,metadata.A\nroof,1,2\n')).toEqual([
      [2, 'roof', { metadata: { a: '1', A: '2' } }],
    ]);
  });

  it.each([
    ['preferences', 'give each preference a column of its own'],
    ['Preferences', 'give each preference a column of its own'],
    ['preferences.enhance_type', 'give each preference a column of its own'],
    ['request_id', 'a line is known by its file and its place there: leave the column out, or name it metadata.'],
    ['RequestId', 'leave the column out'],
    ['Idempotency-Key', 'leave the column out'],
    ['file', 'leave the column out'],
    ['Line', 'leave the column out'],
    ['partner', 'leave the column out'],
    ['source', 'leave the column out'],
    ['Reprocess-Not-After', 'name it not_after'],
    ['x-api-key', 'a key belongs in no file'],
  ])('%s is a name of this service’s own, and is refused with what to do', async (name, advice) => {
    const problem = await refusalOf('csv', `image_id,${name}\nroof,x\n`);
    expect(problem).toContain(`the column ${JSON.stringify(name)} is no preference: `);
    expect(problem).toContain(advice);
  });

  it('that nobody knows are passed on, with a warning where they resemble one that is known', async () => {
    const names = 'enhance_typ,not_afer,finetune_setting.a,raiting,window_pull_type,restage';
    const { requests, report } = await upload('csv', `image_id,${names}\nroof,a,b,c,d,e,f\nattic,a,b,c,d,e,f\n`);
    const preferences = {
      ...{ enhance_typ: 'a', not_afer: 'b', 'finetune_setting.a': 'c', raiting: 'd', window_pull_type: 'e' },
      restage: 'f',
    };
    expect(requests.map((request) => request.preferences)).toEqual([preferences, preferences]);
    expect(report.warnings.slice(0, 4)).toEqual([
      expect.stringMatching(/^enhance_typ: did you mean enhance_type\?/),
      expect.stringMatching(/^not_afer: did you mean not_after\?/),
      expect.stringMatching(/^finetune_setting\.a: did you mean finetune_settings\.a\?/),
      expect.stringMatching(/^raiting: did you mean rating\?/),
    ]);
  });

  it('without the image’s id say which one may be meant', async () => {
    expect(await refusalOf('csv', 'imge_id,rating\nroof,1\n')).toContain('did you mean image_id by "imge_id"?');
  });
});

describe('names in JSON that nobody knows', () => {
  const request = (preferences: object) => JSON.stringify({ image_id: 'house', preferences });

  it.each([
    ['ndjson', (lines: readonly string[]) => lines.join('\n')],
    ['json', (lines: readonly string[]) => `[${lines.join(',')}]`],
  ])('are warned of once in a .%s file, where they resemble one that is known', async (extension, join) => {
    const lines = [
      request({ enhanceType: 'warm' }),
      request({ upscal: true, other: 1 }),
      request({ enhanceType: 'x' }),
    ];
    const { requests, report } = await upload(extension, join(lines));
    expect(requests).toHaveLength(3);
    expect(report.warnings.filter((warning) => warning.includes('did you mean'))).toEqual([
      expect.stringMatching(/^enhanceType: did you mean enhance_type\?/),
      expect.stringMatching(/^upscal: did you mean upscale\?/),
    ]);
  });

  it('are no more than a person would read', async () => {
    const lines = Array.from({ length: 60 }, (_, n) => request({ [`upscale${'_'.repeat(n % 40)}-`]: true }));
    expect(
      (await upload('ndjson', lines.join('\n'))).report.warnings.filter((each) => /did you/.test(each)),
    ).toHaveLength(20);
  });
});

describe('the cells of a CSV file', () => {
  it('are read without the blanks around them, of whatever kind', async () => {
    const csv = 'image_id,enhance_type,metadata.note,not_after\n\u00a0roof\u2003, warm\u00a0," \t a b\u3000\u0085",';
    const { requests, report } = await upload('csv', `${csv}\u00a02026-12-01T00:00:00Z \n`);
    expect(report.rejected).toBe(0);
    expect(requests).toEqual([
      expect.objectContaining({
        image_id: 'roof',
        preferences: { enhance_type: 'warm', metadata: { note: 'a b' } },
        not_after: '2026-12-01T00:00:00.000Z',
      }),
    ]);
  });

  it.each([
    ['image_id', '\u200broof,warm', 'got "\\u200broof"'],
    ['image_id', '\ufeffroof,warm', 'got "\\ufeffroof"'],
    ['image_id', 'ro\u00adof,warm', 'got "ro\\u00adof"'],
    ['enhance_type', 'roof,warm\u200b', 'enhance_type must hold no character that cannot be seen, got "warm\\u200b"'],
    ['enhance_type', 'roof,wa\u00a0rm', 'got "wa\\u00a0rm"'],
  ])('%s shows what cannot be seen in it, and is not mended in silence', async (_, row, detail) => {
    expect(await rowRefusal('image_id,enhance_type', row)).toContain(detail);
  });

  const cloudTypes: [string, string | null][] = [
    ['LOW_CLOUD', 'LOW_CLOUD'],
    ['low cloud', 'LOW_CLOUD'],
    ['Low-Cloud low sat', 'LOW_CLOUD_LOW_SAT'],
    ['clear', 'CLEAR'],
    ['Storm', 'Storm'],
    ['NULL', null],
  ];
  const enhanceTypes: [string, string][] = [
    ['Warm', 'warm'],
    ['Property USA', 'property_usa'],
    ['property-usa', 'property_usa'],
    ['Sunset', 'Sunset'],
  ];
  const settings: [string, unknown][] = [
    ['5E-05', 0.00005],
    ['1e+3', 1000],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['5.', 5],
    ['+1', 1],
    ['0', 0],
    ['-2.25', -2.25],
    ['007', '007'],
    ['4.7.1', '4.7.1'],
    ['12345678901234567890', '12345678901234567890'],
    ['9007199254740993', '9007199254740993'],
    ['12345678901234e10', 12345678901234e10],
    ['1e999', '1e999'],
    ['1e-999', '1e-999'],
    ['TRUE', true],
    ['soft', 'soft'],
    ['"1,2,3"', '1,2,3'],
    ['2026-12-01', '2026-12-01'],
  ];

  it.each([
    ['cloud_type', cloudTypes, (value: unknown) => ({ cloud_type: value })],
    ['enhance_type', enhanceTypes, (value: unknown) => ({ enhance_type: value })],
    ['finetune_settings.x', settings, (value: unknown) => ({ finetune_settings: { x: value } })],
  ] as const)('of %s are each read as what is meant', async (column, cases, preferencesOf) => {
    const cells = cases.map(([cell]) => cell);
    expect(await cellsOf(column, cells)).toEqual(cases.map(([, value]) => preferencesOf(value)));
  });

  const NO_NUMBERS = [
    ['1,5', 'got "1,5": write 1.5'],
    ['-0,25', 'got "-0,25": write -0.25'],
    ['1,234', 'got "1,234": write 1.234 or 1234'],
    ['0,250', 'got "0,250": write 0.250'],
    ['1.234,5', 'got "1.234,5"'],
    ['1.234.567', 'got "1.234.567"'],
    ["1'234", 'got "1\'234"'],
    ['1\u202f234,5', 'got "1\\u202f234,5"'],
    ['50%', 'got "50%"'],
    ['50 %', 'got "50 %"'],
    ['\u22125', 'got "−5"'],
  ] as const;

  it('of a setting are refused where they hold a number as JSON has none', async () => {
    const rule = 'finetune_settings.x must be a number with a point and digits alone, such as 1.5';
    const rows = NO_NUMBERS.map(([cell]) => `roof,"${cell}"`);
    expect(await rowRefusals('image_id,finetune_settings.x', rows)).toEqual(
      NO_NUMBERS.map(([, detail]) => `${rule}, ${detail}`),
    );
  });

  const NO_BOOLEANS = [
    'yes',
    'No',
    '1',
    '0',
    'WAHR',
    'falsch',
    'oui',
    'non',
    'ja',
    'Nein',
    'si',
    'sí',
    'on',
    'off',
    'x',
    'vrai',
  ];

  it.each(['hdr', 'Enhance', 'upscale'])(
    'of the boolean column %s are refused where they are another word, and told what to write',
    async (column) => {
      const refusals = await rowRefusals(
        `image_id,${column}`,
        NO_BOOLEANS.map((cell) => `roof,${cell}`),
      );
      const rule = `${column.toLowerCase()} must be true or false`;
      expect(refusals).toEqual(NO_BOOLEANS.map((cell) => `${rule}, got ${JSON.stringify(cell)}: write true or false`));
    },
  );

  it('of a boolean column that may be null are refused as well', async () => {
    const cells = ['faux', 'verdadero', 'falso', 'y', '✓'];
    const refusals = await rowRefusals(
      'image_id,privacy',
      cells.map((cell) => `roof,${cell}`),
    );
    const rule = 'privacy must be true, false or null';
    expect(refusals).toEqual(cells.map((cell) => `${rule}, got "${cell}": write true or false`));
  });
});

describe('a row of a CSV file', () => {
  it('may lack the empty cells at its end, or have more of them', async () => {
    expect(
      await read('image_id,enhance_type,rating\nroof,warm,5\nattic,neutral\ncellar\nyard,warm,1,,\u00a0, \n'),
    ).toEqual([
      [2, 'roof', { enhance_type: 'warm', rating: 5 }],
      [3, 'attic', { enhance_type: 'neutral' }],
      [4, 'cellar', {}],
      [5, 'yard', { enhance_type: 'warm', rating: 1 }],
    ]);
  });

  it('with a filled cell too many is refused: no cell is lost, and none is taken for another', async () => {
    expect(await rowRefusal('image_id,rating', 'roof,1,,late')).toContain('than the header, 2, got "late" in cell 4');
  });
});

describe('what separates the cells of a CSV file', () => {
  const rows = [
    [2, 'roof', { image_name: 'a,b;c\td', rating: 1 }],
    [3, 'attic', { rating: 2 }],
  ];

  it.each([
    ['commas', ','],
    ['semicolons', ';'],
    ['tabs', '\t'],
  ])('is found from the header: %s', async (_, separator) => {
    const lines = [
      ['image_id', 'image_name', 'rating'],
      ['roof', '"a,b;c\td"', '1'],
      ['attic', '', '2'],
    ];
    expect(await read(lines.map((cells) => cells.join(separator)).join('\r\n'))).toEqual(rows);
  });

  it.each([
    ['sep=,', ','],
    ['sep=;', ';'],
    ['SEP=\t', '\t'],
    ['"sep=;"', ';'],
    ['sep=;;;', ';'],
  ])('is taken from a first line %j', async (first, separator) => {
    const csv = `\ufeff${first}\r\nimage_id${separator}rating\r\nroof${separator}1\r\n`;
    expect(await read(csv)).toEqual([[3, 'roof', { rating: 1 }]]);
  });

  it('stays what it is when the file goes on in a next run', async () => {
    const rowsOf = Array.from({ length: 60 }, (_, n) => `image-${n};${n % 6}`);
    const body = Buffer.from(`\ufeffsep=;\r\nimage_id;rating\r\n${rowsOf.join('\r\n')}`, 'utf16le');
    const event = await bench.put('requests/over runs.csv', body);
    const trigger = bench.startTrigger({ bulkDepth: 20 });
    await trigger.run(event);
    const requests = [...(await bench.requests())];
    for (let run = 2; run <= 4; run += 1) {
      await trigger.feed();
      requests.push(...(await bench.requests()));
    }
    expect(requests.map(({ line }) => line)).toEqual(rowsOf.map((_, n) => n + 3));
    expect(requests.map(({ preferences }) => preferences)).toEqual(rowsOf.map((_, n) => ({ rating: n % 6 })));
    expect(await bench.report(event)).toMatchObject({ accepted: 60, rejected: 0 });
  });

  it.each([
    ['another one', 'sep=|\nimage_id|rating\n', 'must be a comma, a semicolon or a tab, got "|"'],
    ['none', 'sep=\nimage_id\n', 'must be a comma, a semicolon or a tab, got ""'],
    ['one that the header does not have', 'sep=;\nimage_id,rating\n', 'image_id among them'],
  ])('that is said to be %s refuses the file', async (_, csv, problem) => {
    expect(await refusalOf('csv', csv)).toContain(problem);
  });
});

describe('a file in UTF-16 with a byte order mark', () => {
  const encodings = [
    ['little endian', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['big endian', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ] as const;

  it.each(encodings)('is read: %s', async (_, encode) => {
    const csv = encode('Image ID\tImage Name\r\nroof\tDach 😀 写\r\n');
    expect(await read(csv)).toEqual([[2, 'roof', { image_name: 'Dach 😀 写' }]]);
    const request = '{"image_id":"roof","preferences":{"image_name":"写😀"}}';
    for (const [extension, body] of [
      ['ndjson', `${request}\r${request}`],
      ['json', `[${request},\n${request}]`],
    ] as const) {
      const { requests } = await upload(extension, encode(body));
      expect(requests.map(({ preferences }) => preferences)).toEqual(Array(2).fill({ image_name: '写😀' }));
    }
  });

  it('may have a line that is no text, and no other one is lost', async () => {
    const { requests, report } = await upload('csv', Buffer.from('\ufeffimage_id\nro\ud83dof\nattic\n', 'utf16le'));
    expect(requests.map(({ image_id }) => image_id)).toEqual(['attic']);
    expect(report.problems).toEqual([expect.stringContaining('line 2 is not valid UTF-8')]);
  });
});

describe('an object that nobody waits for', () => {
  it.each(['requests/.DS_Store', 'requests/2026/._order.csv', 'requests/~$order.csv', 'images/Thumbs.db'])(
    '%s gets one log line, no outcome and no report, and is not read',
    async (key) => {
      const event = await bench.put(key, 'x');
      const reads: unknown[] = [];
      const trigger = bench.startTrigger({ s3: async (command) => void reads.push(command) });
      await trigger.run(event);
      expect(trigger.logged('the object is ignored: its name is that of a hidden or temporary file')).toEqual([
        expect.objectContaining({ file: key }),
      ]);
      expect(trigger.counted('IgnoredUploads')).toBe(1);
      expect([reads, await bench.requests(), await bench.events()]).toEqual([[], [], []]);
    },
  );
});

describe('an object that starts nothing where it is', () => {
  it.each([
    ['Requests/order.csv', 'requests/order.csv'],
    ['Images/front.jpg', 'images/front.jpg'],
    ['order\u200b.csv', 'requests/order\\u200b.csv'],
  ])('%s gets a report and a warning that say where to put it', async (key, meant) => {
    const event = await bench.put(key, 'image_id\nroof\n', { 'image-id': 'roof' });
    const trigger = bench.startTrigger();
    await trigger.run(event);
    const problem = expect.stringMatching(/^the key of an upload must begin with requests\/ or images\//);
    const { problems, lines } = await bench.report(event);
    expect([problems, lines]).toEqual([[problem], 0]);
    expect(problems[0]?.endsWith(`: put it again as ${meant}`)).toBe(true);
    expect(trigger.logged('the object starts nothing where it is')).toEqual([
      expect.objectContaining({ level: 'warn', file: key, error: problem }),
    ]);
    expect(trigger.counted('UnreadUploads')).toBe(1);
    expect([await bench.requests(), await bench.events()]).toEqual([[], []]);
  });
});

describe('a spreadsheet, an archive or a text', () => {
  it.each([
    ['xlsx', 'save the spreadsheet as "CSV UTF-8"'],
    ['zip', 'unpack it'],
    ['txt', 'name it .csv'],
  ])('(.%s) is refused with what to do', async (extension, advice) => {
    expect(await refusalOf(extension, 'PK')).toContain(advice);
  });
});

describe('the id in the metadata of an image', () => {
  const run = async (metadata: Record<string, string>) => {
    files += 1;
    await bench.startTrigger().run(await bench.put(`images/house ${files}.jpg`, 'jpeg', metadata));
    const ids = (await bench.requests()).map(({ image_id }) => image_id);
    const details = (await bench.events()).map(({ data }) => (data as { error: { detail: string } }).error.detail);
    return { ids, details };
  };

  it.each(['image-id', 'image_id', 'imageid', 'Image-ID'])('may be called %s', async (name) => {
    expect(await run({ [name]: 'house' })).toEqual({ ids: ['house'], details: [] });
  });

  it('may stand there twice, if it is the same', async () => {
    const id = '0A0B0C0D-0000-4000-8000-00000000000A';
    expect(await run({ 'image-id': id, image_id: id.toLowerCase() })).toEqual({ ids: [id.toLowerCase()], details: [] });
  });

  it('that are two refuse the image', async () => {
    const { ids, details } = await run({ 'image-id': 'house', imageid: 'garden' });
    expect(ids).toEqual([]);
    expect(details).toEqual([
      expect.stringMatching(/must name one image, got "house" and "garden"|"garden" and "house"/),
    ]);
  });
});

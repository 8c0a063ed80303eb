import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isBatch, startUploadBench, type TriggerOptions, type UploadEvent } from '../../support/upload-bench.ts';

let bench: Awaited<ReturnType<typeof startUploadBench>>;
beforeAll(async () => {
  bench = await startUploadBench();
});
afterEach(() => bench.forgetBatches());
afterAll(() => bench.stop());

let files = 0;
const name = (extension: string) => {
  files += 1;
  return `requests/file-${files}.${extension}`;
};
const line = (n: number | string, preferences: object = { n }) =>
  JSON.stringify({ image_id: `image-${n}`, preferences });
const ndjson = (...lines: readonly string[]) => `${lines.join('\n')}\n`;

/** One file, read by one run. */
async function upload(key: string, body: string | Uint8Array) {
  const event = await bench.put(key, body);
  const trigger = bench.startTrigger();
  await trigger.run(event);
  const [requests, events] = [await bench.requests(), await bench.events()];
  return { event, trigger, requests, events, report: await bench.report(event) };
}

interface FailureData {
  readonly request: { readonly original: string };
  readonly error: object;
}

const failure = (event: Record<string, unknown> | undefined) => event?.data as FailureData;

describe('a file of lines', () => {
  it('becomes messages in its order, each with its place, and a report', async () => {
    const key = name('ndjson');
    const { requests, events, report, trigger, event } = await upload(key, ndjson(line(1), line(2), line(3)));
    expect(requests).toEqual(
      [1, 2, 3].map((n) => ({
        image_id: `image-${n}`,
        preferences: { n },
        request_id: expect.stringMatching(/^upload:[0-9a-f]{64}$/),
        file: key,
        line: n,
        batch_id: expect.stringMatching(/^b_[0-9a-f]{32}$/),
        round: 1,
      })),
    );
    expect(events).toEqual([]);
    expect(report).toEqual({
      bucket: 'uploads',
      file: key,
      version: event.detail.object['version-id'],
      lines: 3,
      accepted: 3,
      rejected: 0,
      started_at: '2026-11-22T12:00:00.000Z',
      finished_at: expect.any(String),
      duration_ms: expect.any(Number),
      runs: 1,
      pace: expect.stringContaining('3 images'),
      problems: [],
      warnings: [expect.stringContaining('n: no field that this service knows')],
      rejections: [],
    });
    expect(trigger.logged('the file was read')).toHaveLength(1);
    expect(trigger.counted('UploadedRequests')).toBe(3);
  });

  it('goes out in batches that SQS takes, however long its lines are: it counts their attributes too', async () => {
    // Each of these characters is twice as long where it has to be escaped.
    const long = (padding: number) => line(1, { image_name: `${'\uffff'.repeat(21_790)}${'x'.repeat(padding)}` });
    const sizes: number[] = [];
    const sent = async (body: string) => {
      const event = await bench.put(name('ndjson'), body);
      const bodies: number[] = [];
      await bench
        .startTrigger({
          async sqs(command, send) {
            if (isBatch(command)) {
              const entries = command.input.Entries ?? [];
              const ofAttributes = entries.flatMap(({ MessageAttributes = {} }) => Object.entries(MessageAttributes));
              const attributes = ofAttributes.map(([key, { DataType, StringValue }]) => key + DataType + StringValue);
              bodies.push(...entries.map(({ MessageBody = '' }) => Buffer.byteLength(MessageBody)));
              const all = entries.map(({ MessageBody = '' }) => MessageBody).join('') + attributes.join('');
              sizes.push(Buffer.byteLength(all));
            }
            return send(command);
          },
        })
        .run(event);
      await bench.requests();
      return bodies;
    };
    const [shortest = 0] = await sent(ndjson(long(0)));
    // Eight bodies of this size fit a batch to the byte, and with their attributes do not.
    const padding = 2 ** 20 / 8 - shortest - 1;
    const lines = Array.from({ length: 8 }, (_, n) => long(padding).replace('image-1', `image-${n}`));
    const bodies = await sent(ndjson(...lines));
    expect(new Set(bodies)).toEqual(new Set([2 ** 20 / 8 - 1]));
    expect(sizes.map((size) => size <= 2 ** 20)).not.toContain(false);
  });

  it('goes on behind a bad line, which ends as reprocess.failed and stands in the report and its list', async () => {
    const key = name('jsonl');
    const bad = '{"image_id":"image-2","preferences":{"rating":7}}';
    const { requests, events, report, trigger } = await upload(key, ndjson(line(1), bad, 'no json', line(4)));
    expect(requests.map((request) => request.line)).toEqual([1, 4]);
    const details = ['rating must be an integer from 0 to 5, got 7', expect.stringContaining('must be a JSON object')];
    expect(report).toMatchObject({ lines: 4, accepted: 2, rejected: 2 });
    expect(report.rejections).toEqual([
      { line: 2, image_id: 'image-2', detail: details[0] },
      { line: 3, detail: details[1] },
    ]);
    const list = (await bench.text(report.rejections_file ?? '')).trim().split('\n');
    expect(list.map((each) => JSON.parse(each))).toEqual([
      { line: 2, image_id: 'image-2', detail: details[0], original: bad },
      { line: 3, detail: details[1], original: 'no json' },
    ]);
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      id: expect.stringMatching(/^upload:[0-9a-f]{64}\.failed$/),
      type: 'reprocess.failed',
      subject: 'image-2',
      data: {
        request: { source: 'upload', file: key, line: 2, image_id: 'image-2', original: bad },
        error: { code: 'invalid_request', detail: details[0] },
        attempts: 0,
      },
    });
    expect(failure(events[1]).request).toMatchObject({ file: key, line: 3, original: 'no json' });
    expect(trigger.counted('RejectedLines')).toBe(2);
  });

  it.each<[string, string | Uint8Array, string]>([
    ['over 64 KiB', JSON.stringify({ image_id: 'a', preferences: { x: 'y'.repeat(65_536) } }), 'at most 65536 bytes'],
    ['with an image id of another form', '{"image_id":"a b","preferences":{}}', 'image_id must be 1 to 128'],
    ['without preferences', '{"image_id":"a"}', 'preferences must be an object, got nothing'],
    ['with an id of its sender', '{"image_id":"a","preferences":{},"request_id":"x"}', 'its place in the file'],
    ['that wants to have been', '{"image_id":"a","preferences":{},"not_after":"soon"}', 'not_after must be'],
    ['with a list', '[1]', 'a request must be a JSON object, got an array'],
    ['not in UTF-8', Buffer.from('{"image_id":"caf\xe9","preferences":{}}', 'latin1'), 'is not valid UTF-8'],
  ])('rejects a line %s, and no other', async (_, bad, detail) => {
    const body = Buffer.concat([Buffer.from(`${line(1)}\n`), Buffer.from(bad), Buffer.from(`\n${line(3)}`)]);
    const { requests, report, events } = await upload(name('ndjson'), body);
    expect(requests.map((request) => request.line)).toEqual([1, 3]);
    expect(report.rejections).toEqual([expect.objectContaining({ line: 2, detail: expect.stringContaining(detail) })]);
    expect(events).toHaveLength(1);
    expect(Buffer.byteLength(failure(events[0]).request.original)).toBeLessThanOrEqual(65_536);
  });

  it('says in the report that its encoding is wrong', async () => {
    const { report } = await upload(name('ndjson'), Buffer.from('caf\xe9\n', 'latin1'));
    expect(report.problems).toContain('line 1 is not valid UTF-8: save the file as UTF-8');
  });

  it('may have blank lines, a byte order mark, CRLF and no line break at its end', async () => {
    const { requests, report } = await upload(name('ndjson'), `\ufeff${line(1)}\r\n\r\n  \r\n${line(4)}`);
    expect(requests.map((request) => request.line)).toEqual([1, 4]);
    expect(report).toMatchObject({ lines: 2, accepted: 2, rejected: 0 });
  });

  it('shows the first hundred rejections, and lists every one', async () => {
    const { report, events } = await upload(name('ndjson'), ndjson(...Array(250).fill('bad')));
    expect([report.rejected, report.rejections.length, events.length]).toEqual([250, 100, 250]);
    expect((await bench.text(report.rejections_file ?? '')).trim().split('\n')).toHaveLength(250);
  });

  it('is told how long the daily limit takes for it', async () => {
    const event = await bench.put(name('ndjson'), ndjson(...Array.from({ length: 501 }, (_, n) => line(n))));
    await bench.startTrigger({ dailyLimit: 500 }).register(event);
    expect((await bench.report(event)).pace).toMatch(/^501 images, 4\d\d of today's 500 left for batches: finished/);
  });
});

describe('a CSV file', () => {
  it('is typed by the contract', async () => {
    const csv = `\ufeffimage_id,ai_version,enhance,rating,cloud_type,hdr,metadata.listing,metadata.note,finetune_settings.warmth,not_after\r
a,4.7,TRUE,5,CLEAR,true,007,"one, ""two""\r\nthree",0.5,2026-12-01T00:00:00Z\r
b,,false,,null,,,,,\r
`;
    const { requests, report } = await upload(name('csv'), csv);
    expect(requests.map(({ preferences, line: at, not_after }) => ({ preferences, at, not_after }))).toEqual([
      {
        preferences: {
          ai_version: '4.7',
          enhance: true,
          rating: 5,
          cloud_type: 'CLEAR',
          hdr: true,
          metadata: { listing: '007', note: 'one, "two"\r\nthree' },
          finetune_settings: { warmth: 0.5 },
        },
        at: 2,
        not_after: '2026-12-01T00:00:00.000Z',
      },
      { preferences: { enhance: false, cloud_type: null }, at: 4, not_after: undefined },
    ]);
    expect(report).toMatchObject({ lines: 2, accepted: 2, rejected: 0 });
  });

  it('rejects the lines that are wrong, each with its reason, and reads the others', async () => {
    const csv = 'image_id,rating,upscale\na,1,\nb,9,\nc,x,yes\n"d"x,1,\ne,1,,9\n,1,\n\n,,\ng,2,true\n';
    const { requests, report } = await upload(name('csv'), csv);
    expect(requests.map((request) => request.line)).toEqual([2, 10]);
    expect(report.rejections.map(({ line: at, detail }) => [at, detail])).toEqual([
      [3, 'rating must be an integer from 0 to 5, got 9'],
      [
        4,
        'rating must be an integer from 0 to 5, got "x"; upscale must be true or false, got "yes": write true or false',
      ],
      [5, expect.stringContaining('cell 1 has a quote inside')],
      [6, expect.stringContaining('no more cells than the header, 3, got "9" in cell 4')],
      [7, expect.stringContaining('image_id must be 1 to 128')],
    ]);
  });

  it('with a quote that is never closed is reported as that', async () => {
    const { requests, report } = await upload(name('csv'), 'image_id,image_name\na,one\nb,"two\nc,three\nd,four\n');
    expect(requests.map((request) => request.image_id)).toEqual(['a']);
    expect(report.problems).toEqual([expect.stringContaining('line 3 opens a quote that is never closed')]);
    expect(report).toMatchObject({ lines: 2, rejected: 1 });
  });

  it('is answered with the same outcomes as the same lines of JSON', async () => {
    const { requests } = await upload(
      name('csv'),
      'image_id,enhance_type\nA1B2C3D4-0000-4000-8000-00000000000A,warm\n',
    );
    expect(requests[0]).toMatchObject({
      image_id: 'a1b2c3d4-0000-4000-8000-00000000000a',
      preferences: { enhance_type: 'warm' },
    });
  });
});

describe('a JSON file', () => {
  it.each([
    ['one request', line('one', {}), [1]],
    ['an array of them', `[${line('x', {})}, {"image_id": 5}, ${line('z', {})}]`, [1, 3]],
    ['nothing', ' ', []],
    ['no request', '[]', []],
  ])('holds %s', async (_, body, accepted) => {
    const { requests } = await upload(name('json'), body);
    expect(requests.map((request) => request.line)).toEqual(accepted);
  });

  it('carries numbers digit by digit', async () => {
    const body = '[{"image_id":"digits","preferences":{"metadata":{"id":12345678901234567890}}}]';
    const event = await bench.put(name('json'), body);
    const bodies: string[] = [];
    const sqs = async (command: { input: object }, send: (each: never) => Promise<unknown>) => {
      bodies.push(JSON.stringify(command.input));
      return send(command as never);
    };
    await bench.startTrigger({ sqs: sqs as never }).run(event);
    await bench.requests();
    expect(bodies.join()).toContain('12345678901234567890');
  });
});

describe('a file that is not what its name says', () => {
  it.each<[string, string, string | Uint8Array, string]>([
    ['binary', 'csv', Buffer.from([0, 1, 2, 3, 0, 0, 1]), 'got binary data'],
    ['in UTF-16 without a mark', 'csv', Buffer.from('image_id\na\n', 'utf16le'), 'got binary data'],
    ['in UTF-32', 'csv', Buffer.from('\ufeff\0i\0d\0', 'utf16le'), 'got binary data'],
    ['a CSV file with another separator', 'csv', 'image_id|rating\na|1\n', 'semicolons or tabs; got "image_id|rating"'],
    ['a CSV file without a header', 'csv', 'a,b\n', 'image_id among them'],
    ['a CSV file with a column twice', 'csv', 'image_id,rating,rating\n', 'got "rating" twice'],
    ['a CSV file with a header that is no CSV', 'csv', 'image_id,"x"y\n', 'cell 2 has a quote inside'],
    ['no JSON', 'json', '{"image_id":', 'the file must be JSON'],
    ['JSON of another kind', 'json', '5', 'one request or an array of requests, got 5'],
    ['of an extension that nobody reads', 'txt', 'hello', 'got .txt'],
  ])('%s: gets a report that says so, and an outcome', async (_, extension, body, problem) => {
    const { requests, events, report, trigger } = await upload(name(extension), body);
    expect(requests).toEqual([]);
    expect(report).toMatchObject({ lines: 0, problems: [expect.stringContaining(problem)] });
    expect(events).toHaveLength(1);
    expect(failure(events[0]).error).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining(problem),
    });
    expect(trigger.counted('UnreadUploads')).toBe(1);
  });

  it('as JSON may be 10 MB, and no more', async () => {
    const body = `[${line(1)}${' '.repeat(10 * 1024 * 1024)}]`;
    expect((await upload(name('json'), body)).report.problems).toEqual([expect.stringContaining('ends in .ndjson')]);
  });
});

describe('an object', () => {
  it.each(['ndjson', 'csv', 'json'])('that is empty (.%s) gets a report, and nothing else', async (extension) => {
    const { requests, events, report } = await upload(name(extension), '');
    expect([requests, events]).toEqual([[], []]);
    expect(report).toMatchObject({ lines: 0, problems: [expect.stringContaining('the file is empty')], warnings: [] });
  });

  it.each([
    'requests/with space + plus & more.ndjson',
    'requests/100% größer — 写真 😀.ndjson',
    'requests/%2Fescaped%20twice.ndjson',
    'requests/quote\'"<x>.ndjson',
  ])('is found by its key as it is: %s', async (key) => {
    const { requests, report } = await upload(key, ndjson(line('odd')));
    expect(requests).toEqual([expect.objectContaining({ file: key, line: 1 })]);
    expect(report.file).toBe(key);
  });

  it('with a key as long as S3 takes has its report under a shortened one', async () => {
    const key = `requests/${'ä'.repeat((1024 - 9 - 7) / 2)}.ndjson`;
    expect(Buffer.byteLength(key)).toBe(1024);
    const event = await bench.put(key, ndjson(line('long')));
    const written: string[] = [];
    const s3 = async (command: { input: object }, send: (each: never) => Promise<unknown>) => {
      if ('Body' in command.input) written.push(String((command.input as { Key?: string }).Key));
      return send(command as never);
    };
    await bench.startTrigger({ s3: s3 as never }).run(event);
    expect(await bench.requests()).toHaveLength(1);
    expect(written).toHaveLength(1);
    expect(Buffer.byteLength(written[0] ?? '')).toBeLessThanOrEqual(1024);
    expect(JSON.parse(await bench.text(written[0] ?? ''))).toMatchObject({ file: key, accepted: 1 });
  });

  const failing = (status: number): TriggerOptions => ({
    s3: (command, send) => {
      const isRead = !('Body' in command.input);
      const refused = Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: status } });
      return isRead ? Promise.reject(refused) : send(command);
    },
  });

  it('that was deleted before it was read gets a log line and a report', async () => {
    const event = await bench.put(name('ndjson'), ndjson(line(1)));
    const trigger = bench.startTrigger(failing(404));
    await trigger.run(event);
    expect((await bench.report(event)).problems).toEqual([expect.stringContaining('was deleted before it was read')]);
    expect(trigger.logged('the file could not be read')).toHaveLength(1);
    expect(await bench.events()).toEqual([]);
  });

  it('that this service may not read fails the run, so that its event is kept, and is read once it may', async () => {
    const event = await bench.put(name('ndjson'), ndjson(line(1)));
    const trigger = bench.startTrigger(failing(403));
    await expect(trigger.run(event)).rejects.toMatchObject({ code: 'upload_forbidden' });
    expect(trigger.logged('the run failed')).toEqual([
      expect.objectContaining({
        level: 'error',
        file: event.detail.object.key,
        error: expect.stringMatching(/does not let this service read the object \(403\): its role, a policy/),
      }),
    ]);
    await bench.startTrigger().run(event);
    expect(await bench.report(event)).toMatchObject({ accepted: 1, problems: [] });
    expect(await bench.requests()).toHaveLength(1);
  });

  it('that S3 cannot give just now fails the run, which Lambda repeats', async () => {
    const event = await bench.put(name('ndjson'), ndjson(line(1)));
    const away = bench.startTrigger({ s3: () => Promise.reject(new Error('connect ECONNREFUSED')) });
    await expect(away.run(event)).rejects.toMatchObject({ dependency: 'uploads bucket' });
    expect(away.logged('the run failed')).toEqual([
      expect.objectContaining({
        level: 'error',
        file: event.detail.object.key,
        error: 'DependencyUnavailable: the uploads bucket could not be used',
        cause: 'Error: connect ECONNREFUSED',
      }),
    ]);
    await bench.startTrigger().run(event);
    expect(await bench.requests()).toHaveLength(1);
  });

  it.each(['RequestTimeTooSkewed', 'SignatureDoesNotMatch', 'InvalidAccessKeyId'])(
    'that S3 does not give because of how it was asked (%s) is not taken for deleted',
    async (errorName) => {
      const event = await bench.put(name('ndjson'), ndjson(line(1)));
      const refused = Object.assign(new Error('no'), { name: errorName, $metadata: { httpStatusCode: 403 } });
      const asking = bench.startTrigger({
        s3: (command, send) => ('Range' in command.input ? Promise.reject(refused) : send(command)),
      });
      await expect(asking.run(event)).rejects.toMatchObject({ dependency: 'uploads bucket' });
      await bench.startTrigger().run(event);
      expect((await bench.report(event)).accepted).toBe(1);
      await bench.requests();
    },
  );

  it('that a console shows as a folder, or that is elsewhere, is left alone', async () => {
    const trigger = bench.startTrigger();
    for (const key of ['requests/', 'images/2026/', 'reports/x.json', 'archive/2026/other.csv']) {
      await trigger.run({ detail: { bucket: { name: 'uploads' }, object: { key, 'version-id': 'v' } } });
    }
    expect(trigger.lines.map(({ message }) => message)).toEqual([
      'a folder is no upload',
      'a folder is no upload',
      'the object is under no prefix that starts anything',
      'the object is under no prefix that starts anything',
    ]);
  });

  it.each<[string, unknown]>([
    ['of another bucket', { detail: { bucket: { name: 'x' }, object: { key: 'requests/a.csv', 'version-id': 'v' } } }],
    ['without a version', { detail: { bucket: { name: 'uploads' }, object: { key: 'requests/a.csv' } } }],
    ['that is none', {}],
  ])('in an event %s fails, for a person to see', async (_, event) => {
    await expect(bench.startTrigger().run(event)).rejects.toThrow('the event must');
  });
});

describe('an image', () => {
  const image = async (metadata: Record<string, string>): Promise<UploadEvent> => {
    files += 1;
    return bench.put(`images/photo ${files}.jpg`, 'jpeg', metadata);
  };

  it('with its id in its metadata becomes one request, its preferences with it', async () => {
    const trigger = bench.startTrigger();
    const event = await image({ 'image-id': 'photo-1', preferences: '{"enhance_type":"warm"}' });
    await trigger.run(event);
    await trigger.run(await image({ 'image-id': 'photo-2' }));
    const { key } = event.detail.object;
    expect(await bench.requests()).toEqual([
      expect.objectContaining({ image_id: 'photo-1', preferences: { enhance_type: 'warm' }, file: key, line: 1 }),
      expect.objectContaining({ image_id: 'photo-2', preferences: {} }),
    ]);
    expect(trigger.counted('UploadedRequests')).toBe(2);
  });

  it('is one request, however often EventBridge tells of it', async () => {
    const event = await image({ 'image-id': 'photo-twice' });
    await bench.startTrigger().run(event);
    await bench.startTrigger().run(event);
    expect(await bench.requests()).toHaveLength(1);
  });

  it('without an id is ignored, with one log line and a metric', async () => {
    const trigger = bench.startTrigger();
    await trigger.run(await image({ preferences: '{}' }));
    expect(await bench.requests()).toEqual([]);
    expect(trigger.logged('the image is ignored, since its metadata has no image-id')).toHaveLength(1);
    expect(trigger.counted('IgnoredUploads')).toBe(1);
  });

  it.each([
    [{ 'image-id': 'a b' }, 'image_id must be'],
    [{ 'image-id': 'a', preferences: 'warm' }, 'the metadata preferences must be a JSON object, got "warm"'],
    [{ 'image-id': 'a', preferences: '{"rating":7}' }, 'rating must be'],
  ])('with wrong metadata %j ends as reprocess.failed', async (metadata, detail) => {
    const trigger = bench.startTrigger();
    await trigger.run(await image(metadata));
    const events = await bench.events();
    expect(events).toHaveLength(1);
    expect(failure(events[0]).error).toMatchObject({ detail: expect.stringContaining(detail) });
  });

  const failing = (status: number) => () =>
    Promise.reject(Object.assign(new Error('no'), { $metadata: { httpStatusCode: status } }));

  it('that was deleted before it was read gets a log line', async () => {
    const trigger = bench.startTrigger({ s3: failing(404) });
    await trigger.run(await image({ 'image-id': 'a' }));
    expect(trigger.logged('the image could not be read')).toHaveLength(1);
  });

  it('that this service may not read fails the run, so that its event is kept', async () => {
    const trigger = bench.startTrigger({ s3: failing(403) });
    await expect(trigger.run(await image({ 'image-id': 'a' }))).rejects.toMatchObject({ code: 'upload_forbidden' });
  });

  it('that SQS does not take fails the invocation, which Lambda repeats', async () => {
    const sqs = () => Promise.reject(new Error('away'));
    await expect(bench.startTrigger({ sqs }).run(await image({ 'image-id': 'a' }))).rejects.toMatchObject({
      dependency: 'request queue',
    });
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { standingClock } from '../../support/fixtures.ts';
import { startUploadBench, type TriggerOptions } from '../../support/upload-bench.ts';

let bench: Awaited<ReturnType<typeof startUploadBench>>;
beforeAll(async () => {
  bench = await startUploadBench();
});
afterEach(async () => {
  await bench.forgetBatches();
  await bench.requests();
  await bench.events();
});
afterAll(() => bench.stop());

const line = (n: number, preferences: object = { n }) => JSON.stringify({ image_id: `image-${n}`, preferences });

describe('a file whose lines are awkward', () => {
  it('of a few requests and very many bad lines is checked and fed all the same, in its order', async () => {
    // More than two of the portions of 500 lines in which a file is read: one of them has no request at all.
    const event = await bench.put('requests/mostly-bad.ndjson', `${line(1)}\n${'bad\n'.repeat(1100)}${line(2)}`);
    await bench.startTrigger().run(event);
    expect((await bench.requests()).map((request) => request.line)).toEqual([1, 1102]);
    expect(await bench.report(event)).toMatchObject({ accepted: 2, rejected: 1100 });
  });

  it('whose lines swell on their way fits its messages into batches all the same', async () => {
    // U+FFFE is written as six characters, since SQS refuses it; the others have three bytes each, and count as one.
    const name = '\ufffe'.repeat(16_000) + '写'.repeat(5700);
    const lines = Array.from({ length: 10 }, (_, n) => line(n, { image_name: name }));
    const event = await bench.put('requests/swelling.ndjson', lines.join('\n'));
    const trigger = bench.startTrigger();
    await trigger.run(event);
    expect(await bench.requests()).toHaveLength(10);
  });

  it('of CSV gives back each bad line just as it came', async () => {
    const bad = ['b,"9","x"', ' c ,9,"say ""no""\r\nplease"'];
    const event = await bench.put('requests/as-it-came.csv', `image_id,rating,image_name\r\n${bad.join('\r\n')}\r\n`);
    await bench.startTrigger().run(event);
    const events = await bench.events();
    expect(events.map(({ data }) => (data as { request: { original: string } }).request.original)).toEqual(bad);
  });

  it('of CSV in which a quote swallows many lines says which ones', async () => {
    const swallowed = Array.from({ length: 3000 }, (_, n) => `image-${n},the name of image ${n}`).join('\n');
    const csv = `image_id,image_name\na,one\nb,"two\n${swallowed}\nz,"last"\ny,two\n`;
    const event = await bench.put('requests/swallowed.csv', csv);
    await bench.startTrigger().run(event);
    const { problems, rejections } = await bench.report(event);
    expect(rejections).toEqual([
      { line: 3, detail: expect.stringMatching(/at most 65536 bytes.*lines 3 to 3004.*quote/) },
    ]);
    expect(problems).toEqual([expect.stringContaining('lines 3 to 3004')]);
  });

  it.each([
    ['a line', 'ndjson', `{"image_id":"a","preferences":${'['.repeat(30_000)}1e9${']'.repeat(30_000)}}`],
    ['a JSON file', 'json', `{"image_id":"a","preferences":${'['.repeat(500_000)}1e9${']'.repeat(500_000)}}`],
  ])('nested too deeply, as %s, is refused in words that its uploader understands', async (_, extension, body) => {
    const event = await bench.put(`requests/deep.${extension}`, body);
    await bench.startTrigger().run(event);
    const { problems, rejections } = await bench.report(event);
    const [said] = [...problems, ...rejections.map(({ detail }) => detail)];
    expect(said).toContain('JSON may nest at most 64 levels deep');
  });

  it('gives back no more than 64 KiB of a bad request in a JSON file', async () => {
    const body = JSON.stringify([{ image_id: 'a', preferences: { image_name: '写'.repeat(65_000) } }]);
    const event = await bench.put('requests/long.json', body);
    await bench.startTrigger().run(event);
    const [failed] = await bench.events();
    const { original } = (failed as unknown as { data: { request: { original: string } } }).data.request;
    expect(Buffer.byteLength(original)).toBeLessThanOrEqual(65_536);
    expect(original).not.toContain('\ufffd');
  });
});

describe('a header', () => {
  it.each([
    ['an object and members of it', 'image_id,metadata,metadata.x\n', 'either metadata or metadata.…, got both'],
    ['a member twice', 'image_id,metadata.x,metadata.x\n', 'got "metadata.x" twice'],
  ])('with %s is refused', async (_, csv, problem) => {
    const event = await bench.put('requests/header.csv', csv);
    await bench.startTrigger().run(event);
    expect((await bench.report(event)).problems).toEqual([expect.stringContaining(problem)]);
  });

  it('may name __proto__, which is a name like any other', async () => {
    const event = await bench.put(
      'requests/proto.csv',
      'image_id,__proto__,metadata.__proto__,metadata.a.b\na,1,2,3\n',
    );
    const bodies: string[] = [];
    const sqs: TriggerOptions['sqs'] = (command, send) => {
      bodies.push(JSON.stringify(command.input));
      return send(command);
    };
    await bench.startTrigger({ sqs }).run(event);
    const sent = JSON.stringify('"preferences":{"__proto__":"1","metadata":{"__proto__":"2","a.b":"3"}}').slice(1, -1);
    expect(bodies.join()).toContain(sent);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });
});

describe('a line at the limit', () => {
  const long = (bytes: number, text = 'x') => {
    const head = '{"image_id":"long","preferences":{"image_name":"';
    return `${head}${text.repeat((bytes - head.length - 3) / Buffer.byteLength(text))}"}}`;
  };

  it.each([
    ['64 KiB', '\n'],
    ['64 KiB and CRLF', '\r\n'],
  ])('of exactly %s is taken, and one byte more is not', async (_, lineBreak) => {
    const lines = [long(65_536), long(65_537), long(65_536)];
    expect(lines.map((each) => each.length)).toEqual([65_536, 65_537, 65_536]);
    const event = await bench.put('requests/limit.ndjson', lines.join(lineBreak));
    await bench.startTrigger().run(event);
    expect((await bench.requests()).map((request) => request.line)).toEqual([1, 3]);
    expect((await bench.report(event)).rejections.map((each) => each.line)).toEqual([2]);
  });

  it('keeps its characters where the file is cut between two reads', async () => {
    // Each line has an odd length, so that the cuts, a mebibyte apart, fall on every byte of a character.
    const names = Array.from({ length: 60 }, (_, n) => `${'x'.repeat(n)}${'😀写é'.repeat(7000)}`);
    const event = await bench.put(
      'requests/cut.ndjson',
      names.map((image_name, n) => line(n, { image_name })).join('\r\n'),
    );
    await bench.startTrigger().run(event);
    const requests = await bench.requests();
    // Not toEqual, whose account of a difference would be megabytes long.
    const isWhole = requests.map(({ line: at, preferences }) => {
      return (preferences as { image_name: string }).image_name === names[Number(at) - 1];
    });
    expect(isWhole).toEqual(Array(60).fill(true));
  });
});

describe('a JSON file at the limit', () => {
  const body = (bytes: number) => `[${line(1)}${' '.repeat(bytes - line(1).length - 2)}]`;

  it.each([
    [10 * 1024 * 1024, []],
    [10 * 1024 * 1024 + 1, [expect.stringContaining('at most 10485760 bytes, got 10485761')]],
  ])('of %i bytes', async (bytes, problems) => {
    expect(body(bytes)).toHaveLength(bytes);
    const event = await bench.put('requests/limit.json', body(bytes));
    await bench.startTrigger().run(event);
    expect(await bench.report(event)).toMatchObject({ problems, accepted: 1 - problems.length });
  });
});

describe('a call that was carried out, and whose response was lost', () => {
  /** The SDK repeats a call whose response does not come. */
  const doubled = (fits: (input: string) => boolean): NonNullable<TriggerOptions['dynamo']> => {
    return async (command, send) => {
      if (fits(JSON.stringify(command.input))) await send(command);
      return send(command);
    };
  };

  it('of the note that the file is finished, is no other run’s taking over', async () => {
    const event = await bench.put('requests/finish-twice.ndjson', line(1));
    const trigger = bench.startTrigger({ dynamo: doubled((input) => input.includes('finished')) });
    await trigger.run(event);
    expect(trigger.logged('the file was read')).toHaveLength(1);
    expect(trigger.counted('UploadedRequests')).toBe(1);
  });

  it('of the claim, is no other run’s claim, which would be waited for', async () => {
    const clock = standingClock();
    const event = await bench.put('requests/claim-twice.ndjson', line(1));
    const dynamo = doubled((input) => input.includes('if_not_exists(started_at'));
    const trigger = bench.startTrigger({
      clock: { ...clock, sleep: () => Promise.reject(new Error('it slept')) },
      dynamo,
    });
    await trigger.register(event);
    expect(await bench.report(event)).toMatchObject({ accepted: 1 });
  });
});

describe('the event that wakes the feeder', () => {
  it('that EventBridge refuses inside a 200 answer is done without: the batch waits for the next minute', async () => {
    const event = await bench.put('requests/refused-entry.ndjson', line(1));
    const events = async () => ({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' }],
    });
    const trigger = bench.startTrigger({ events });
    await trigger.register(event);
    expect(trigger.logged('the feeder could not be woken')).toHaveLength(1);
    await trigger.feed();
    expect(await bench.requests()).toHaveLength(1);
  });
});

describe('a file that is deleted', () => {
  const body = (count: number) => `${Array.from({ length: count }, (_, n) => line(n)).join('\n')}\nbad\n`;

  it('before it was read is read all the same, as long as its version is there', async () => {
    const event = await bench.put('requests/marked.ndjson', body(2));
    await bench.remove('requests/marked.ndjson');
    await bench.startTrigger().run(event);
    expect(await bench.report(event)).toMatchObject({ accepted: 2, rejected: 1, problems: [] });
  });

  it('for good has a report that says so, and is not read again', async () => {
    const event = await bench.put('requests/gone.ndjson', body(3));
    const { key, 'version-id': version } = event.detail.object;
    await bench.remove(key, version);
    const first = bench.startTrigger();
    await first.run(event);
    const problems = [expect.stringContaining('was deleted before it was read')];
    expect(await bench.report(event)).toMatchObject({ accepted: 0, problems });
    expect(first.counted('UnreadUploads')).toBe(1);
    const second = bench.startTrigger();
    await second.run(event);
    expect(second.lines).toEqual([expect.objectContaining({ why: 'this version was read before' })]);
  });
});

describe('a report', () => {
  it('under a key that is cut, and the list beside it, are told apart from those of every other key', async () => {
    const keys = ['x', 'y'].map((end) => `requests/${'写'.repeat(333)}${end.repeat(9)}.ndjson`);
    const written: string[] = [];
    const s3: TriggerOptions['s3'] = (command, send) => {
      if ('Body' in command.input) written.push(String((command.input as { Key?: string }).Key));
      return send(command);
    };
    for (const key of keys) {
      expect(Buffer.byteLength(key)).toBe(1024);
      await bench.startTrigger({ s3 }).run(await bench.put(key, 'bad\n'));
    }
    expect(written).toHaveLength(4);
    const folders = written.map((key) => key.slice(0, key.lastIndexOf('/')));
    expect(folders.map((each) => folders.indexOf(each))).toEqual([0, 0, 2, 2]);
    expect(written.map((key) => Buffer.byteLength(key) <= 1024 && !key.includes('\ufffd'))).toEqual(
      Array(4).fill(true),
    );
  });
});

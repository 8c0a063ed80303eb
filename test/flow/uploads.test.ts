import { appendFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clientSettings } from '../../local/aws-clients.ts';
import { watchInbox } from '../../local/inbox.ts';
import { temporaryDirectory } from '../local/support/temporary.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { endLeases, openBucket, type Report } from '../support/uploads.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
});
afterAll(() => flow.end());

const line = (imageId: string, preferences: object) => `${JSON.stringify({ image_id: imageId, preferences })}\n`;

/** A file's report, once it is there. */
async function reportOf(key: string): Promise<Report> {
  const version = () => {
    const logged = flow.lines.filter((each) => each.includes('"the file was read"')).map((each) => JSON.parse(each));
    return logged.find(({ file }) => file === key)?.version;
  };
  await expect.poll(version).toBeDefined();
  return JSON.parse((await openBucket(flow).text(`reports/${key}/${version()}.json`)) ?? '');
}

async function putEvent(detail: object): Promise<void> {
  const client = new EventBridgeClient(clientSettings(flow.addresses.eventBridge));
  // As S3 puts it: in AWS nobody else may use this source.
  const event = { Source: 'aws.s3', DetailType: 'Object Created', Detail: JSON.stringify(detail) };
  expect((await client.send(new PutEventsCommand({ Entries: [event] }))).FailedEntryCount).toBe(0);
  client.destroy();
}

describe('a request file in the bucket', () => {
  it('ends in an outcome for each line, an image’s lines in their order, and a report', async () => {
    const rows = ['ordered,warm,1', 'other,neutral,', 'ordered,neutral,9', 'ordered,property,2', 'ordered,warm,3'];
    const key = 'requests/2026 listings/a+b 100%.csv';
    await openBucket(flow).put(key, `image_id,enhance_type,rating\n${rows.join('\n')}\n`);
    const events = await flow.eventsThat(({ data }) => (data.request as { file?: string })?.file === key, 5);
    expect(Object.groupBy(events, ({ type }) => type)).toMatchObject({
      'reprocess.succeeded': [{}, {}, {}, {}],
      'reprocess.failed': [
        { data: { request: { line: 4, original: 'ordered,neutral,9' }, error: { code: 'invalid_request' } } },
      ],
    });
    const calls = flow.sandbox.calls().filter(({ imageId }) => imageId === 'ordered');
    expect(calls.map(({ body }) => JSON.parse(body))).toEqual([
      { enhance_type: 'warm', rating: 1 },
      { enhance_type: 'property', rating: 2 },
      { enhance_type: 'warm', rating: 3 },
    ]);
    expect(await reportOf(key)).toMatchObject({
      file: key,
      lines: 5,
      accepted: 4,
      rejected: 1,
      rejections: [{ line: 4 }],
    });
  });

  it('is read once, however often its event comes', async () => {
    const key = 'requests/again.ndjson';
    await openBucket(flow).put(key, line('again', { once: true }));
    const { version } = await reportOf(key);
    const object = { key, 'version-id': version };
    const { invoke } = flow.functionNamed('UploadTrigger');
    const detail = { bucket: { name: flow.uploadsBucket }, object };
    expect(await invoke({ detail })).toEqual({ payload: 'null' });
    await flow.eventsOf('again');
    expect(flow.sandbox.calls().filter(({ imageId }) => imageId === 'again')).toHaveLength(1);
  });

  it('that fills more than one part is read whole', async () => {
    const key = 'requests/large.ndjson';
    const text = 'x'.repeat(60_000);
    const lines = Array.from({ length: 20 }, (_, n) => line(`large-${n}`, { image_name: `😀 ${text}`, n }));
    await openBucket(flow).put(key, lines.join(''));
    await flow.eventsThat(({ subject }) => subject.startsWith('large-'), 20);
    expect(await reportOf(key)).toMatchObject({ accepted: 20, rejected: 0 });
  });
});

describe('an image in the bucket', () => {
  it('that carries its id is reprocessed, and one that does not is ignored', async () => {
    const bucket = openBucket(flow);
    await bucket.put('images/no id.jpg', 'jpeg');
    await bucket.put('images/front entry point.jpg', 'jpeg', {
      'image-id': 'front-door',
      preferences: '{"enhance_type":"warm"}',
    });
    const [event] = await flow.eventsOf('front-door');
    expect(event).toMatchObject({
      type: 'reprocess.succeeded',
      data: {
        request: {
          source: 'upload',
          file: 'images/front entry point.jpg',
          line: 1,
          preferences: { enhance_type: 'warm' },
        },
      },
    });
    const ignored = () => flow.lines.filter((each) => each.includes('the image is ignored'));
    await expect.poll(ignored).toHaveLength(1);
  });
});

describe('a file in the inbox', () => {
  it('is uploaded when it has come, and again when it has changed', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'before.csv'), 'image_id\nbefore\n');
    await mkdir(join(directory, 'folder.csv'));
    await symlink('nowhere', join(directory, 'link.csv'));
    const sentences: string[] = [];
    const bucket = flow.uploadsBucket ?? '';
    const close = await watchInbox({
      directory,
      s3: openBucket(flow).s3,
      bucket,
      report: (each) => sentences.push(each),
    });
    onTestFinished(close);
    await writeFile(join(directory, '.~lock.drop.ndjson#'), 'nothing');
    await writeFile(join(directory, '~$order.xlsx'), 'nothing');
    await writeFile(join(directory, 'drop.ndjson'), line('dropped', { n: 1 }));
    await flow.eventsOf('dropped');
    await appendFile(join(directory, 'drop.ndjson'), line('dropped', { n: 2 }));
    await flow.eventsOf('dropped', 3);
    expect(sentences).toEqual(Array(2).fill('drop.ndjson was uploaded as requests/drop.ndjson'));
  });

  it('that is no request file is not uploaded, and says what to do with it, once for each time it is written', async () => {
    const directory = await temporaryDirectory();
    const sentences: string[] = [];
    const report = (each: string) => sentences.push(each);
    const close = await watchInbox({ directory, s3: openBucket(flow).s3, bucket: flow.uploadsBucket ?? '', report });
    onTestFinished(close);
    await writeFile(join(directory, 'order.xlsx'), 'PK');
    await expect.poll(() => sentences).toHaveLength(1);
    await writeFile(join(directory, 'order.txt'), 'image_id\n');
    await expect.poll(() => sentences).toHaveLength(2);
    await appendFile(join(directory, 'order.xlsx'), 'PK');
    await expect.poll(() => sentences).toHaveLength(3);
    const [spreadsheet, text, again] = sentences;
    expect(spreadsheet).toMatch(/^order\.xlsx was not uploaded: .*save the spreadsheet as "CSV UTF-8"/);
    expect(text).toMatch(/^order\.txt was not uploaded: .*name it \.csv/);
    expect(again).toBe(spreadsheet);
  });
});

describe('a run', () => {
  it('that is killed is repeated, and the file is read to its end', async () => {
    const key = 'requests/killed.ndjson';
    const trigger = flow.functionNamed('UploadTrigger');
    const bad = Array.from({ length: 3000 }, (_, n) => `bad ${n}\n`).join('');
    await openBucket(flow).put(key, `${bad}${line('killed', {})}`);
    await flow.eventsThat(({ data }) => (data.request as { file?: string })?.file === key);
    expect(trigger.kill()).toBe(true);
    // The dead run's lease would be waited for; as after a minute, it has ended.
    await endLeases(flow);
    expect(await reportOf(key)).toMatchObject({ accepted: 1, rejected: 3000 });
    await flow.eventsOf('killed');
  });

  it('that fails three times is set aside with its event', async () => {
    const detail = { bucket: { name: flow.uploadsBucket }, object: { key: 'requests/of-no-version.csv' } };
    await putEvent(detail);
    const receive = async () => {
      const command = new ReceiveMessageCommand({
        QueueUrl: flow.plan.output('FailedUploadsQueueUrl'),
        WaitTimeSeconds: 1,
      });
      return (await flow.sqs.send(command)).Messages?.map(({ Body = '' }) => JSON.parse(Body));
    };
    await expect.poll(receive).toEqual([expect.objectContaining({ detail })]);
  });
});

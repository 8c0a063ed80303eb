import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type BatchGetItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { handIn } from '../../../cli/src/aws/reconcile/hand-in.ts';
import { knownUploads } from '../../../cli/src/aws/reconcile/known-uploads.ts';
import { type FoundUpload, listUploads } from '../../../cli/src/aws/reconcile/list-uploads.ts';
import { summaryOf } from '../../../cli/src/aws/reconcile/summary.ts';
import { survey } from '../../../cli/src/aws/reconcile/survey.ts';
import { batchToItem } from '../../../functions/adapters/ledger/batches/batch-item.ts';
import { createFileLedger } from '../../../functions/adapters/ledger/batches/files.ts';
import { systemClock } from '../../../functions/adapters/system-clock.ts';
import { type BatchCheck, newBatch, unreadCheck } from '../../../functions/core/batch/batch.ts';
import { fileIdOf } from '../../../functions/core/batch/upload.ts';
import { clientSettings } from '../../../local/aws-clients.ts';
import type { Service } from '../../../local/service.ts';
import { startControlPlane } from '../../operate/support/control-plane.ts';
import { NOON, plentyOfTime } from '../../support/fixtures.ts';
import { openBucket } from '../../support/uploads.ts';
import { reprocess } from '../support/run.ts';
import { runHere, SIGNED } from '../support/run-here.ts';
import { startLocal } from './support/local-service.ts';

let port: number;
let service: Service;
const events: { readonly data: unknown }[] = [];
beforeAll(async () => {
  ({ port, service } = await startLocal({ sandbox: { acceptAnyImage: true } }));
  service.watchOutcomes((event) => events.push(event));
  // As in the first minutes after a first deploy: S3 tells nobody of an object.
  service.queues.createBuckets([], () => {});
});
afterAll(() => service.stop(0));

const onThisMachine = (words: readonly string[]) => ['reconcile', '--stage', 'local', '--port', String(port), ...words];
const reconcile = (...words: readonly string[]) => runHere(onThisMachine(words));
const bucket = () => openBucket(service);
const line = (imageId: string) => `${JSON.stringify({ image_id: imageId, preferences: {} })}\n`;
const outcomeOf = (imageId: string) => events.filter((event) => JSON.stringify(event.data).includes(imageId));

function ledgerOf({ addresses, plan }: Service) {
  const client = dynamoOf({ addresses });
  const table = plan.output('LedgerTableName');
  return createFileLedger({ send: client.send.bind(client), table, clock: systemClock });
}

function dynamoOf({ addresses }: Pick<Service, 'addresses'>): DynamoDBClient {
  const client = new DynamoDBClient(clientSettings(addresses.dynamodb));
  onTestFinished(() => client.destroy());
  return client;
}

describe('reprocess reconcile', () => {
  it('hands in files and images that the service has never heard of, and these once', async () => {
    await bucket().put('requests/lost 1.ndjson', line('in-a-file'));
    await bucket().put('images/lost.jpg', 'an image', { 'image-id': 'by-itself' });
    await bucket().put('images/no-id.jpg', 'an image');
    await bucket().put('requests/.hidden.ndjson', line('hidden'));
    const before = await reconcile('--dry-run');
    expect([before.code, before.stderr]).toEqual([0, '']);
    expect(before.stdout.replaceAll(/uploaded at .*/g, 'uploaded')).toBe(
      [
        `${service.uploadsBucket}: 3 request files and images`,
        '  1 images without an image-id in their metadata, which ask for nothing',
        '  2 not dealt with',
        '    requests/lost 1.ndjson, uploaded',
        '    images/lost.jpg, uploaded',
        '',
      ].join('\n'),
    );
    expect(events).toEqual([]);

    expect(await reconcile('--yes')).toMatchObject({ code: 0, stdout: 'handed in 2\n' });
    await expect.poll(() => [outcomeOf('in-a-file').length, outcomeOf('by-itself').length]).toEqual([1, 1]);
    const after = await reconcile('--yes');
    expect(after).toMatchObject({ code: 0, stderr: expect.stringContaining('\n  2 dealt with\n') });
    expect([after.stderr, after.stdout]).toEqual([expect.stringContaining('  0 not dealt with'), 'handed in 0\n']);
  });

  it('does no harm to a file that was read meanwhile', async () => {
    await bucket().put('requests/twice.ndjson', line('read-once'));
    const runs = await Promise.all([1, 2].map(() => reprocess(onThisMachine(['--yes']))));
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    // Requests of two files are sent in no order.
    await expect.poll(() => outcomeOf('read-once').length).toBeGreaterThan(0);
    await bucket().put('requests/later.ndjson', line('read-later'));
    await reconcile('--yes');
    // What the second event would have asked for has come before that.
    await expect.poll(() => outcomeOf('read-later').length).toBe(1);
    expect(outcomeOf('read-once')).toHaveLength(1);
  });

  it('hands in a file whose run has died, and not one that is under way', async () => {
    await bucket().put('requests/died.ndjson', line('died'));
    const uploads = await listUploads(bucket().s3.send.bind(bucket().s3), service.uploadsBucket ?? '');
    const upload = uploads.find(({ key }) => key === 'requests/died.ndjson');
    if (upload === undefined) throw new Error('it must be listed');
    const files = ledgerOf(service);
    const lease = { fileId: fileIdOf(upload), owner: 'a dead run' };
    const limits = plentyOfTime(systemClock);
    await files.claim(lease, Date.now() + 600_000, limits);
    expect((await reconcile('--dry-run')).stdout).not.toContain('died');
    await files.claim(lease, 0, limits);
    expect((await reconcile('--yes')).stderr).toContain('requests/died.ndjson');
    await expect.poll(() => outcomeOf('died').length).toBe(1);
  });

  it('leaves alone the file of a batch that is checked, and hands in that of one that is not', async () => {
    const [checked, unchecked] = ['a', 'b'].map((digit) => `b_${digit.repeat(32)}`) as [string, string];
    const put = async (batchId: string, check: { readonly check?: BatchCheck }) => {
      const key = `requests/service/${batchId}/made.csv`;
      const file = { bucket: service.uploadsBucket ?? '', key };
      await bucket().put(key, line(batchId));
      const batch = newBatch({ batchId, name: 'made.csv', source: 'http', file, createdAt: Date.now(), ...check });
      const TableName = service.plan.output('LedgerTableName');
      await dynamoOf(service).send(new PutItemCommand({ TableName, Item: batchToItem(batch) }));
    };
    await put(checked, { check: unreadCheck('nothing of it was read') });
    await put(unchecked, {});
    const { stdout } = await reconcile('--dry-run');
    expect([stdout.includes(checked), stdout.includes(unchecked)]).toEqual([false, true]);
  });

  it('asks first, and hands in nothing where nobody can be asked', async () => {
    await bucket().put('requests/asked.ndjson', line('asked'));
    const { code, stdout, stderr } = await reconcile();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /requests\/asked\.ndjson, .*\nreprocess: nothing was handed in, since nobody can answer here: .*--dry-run.*--yes\n$/s,
    );
    expect((await reconcile('--dry-run')).stdout).toContain('requests/asked.ndjson');
  });

  it('names what it finds as an object with --json', async () => {
    await bucket().put('requests/object.ndjson', line('object'));
    const found = JSON.parse((await reconcile('--dry-run', '--json')).stdout);
    const upload = expect.objectContaining({ key: 'requests/object.ndjson', uploaded_at: expect.any(String) });
    expect(found).toMatchObject({ bucket: service.uploadsBucket, uploads: expect.arrayContaining([upload]) });
    const dealtWith = Number(/(\d+) dealt with/.exec((await reconcile('--dry-run')).stdout)?.[1]);
    expect(found).toMatchObject({ dealt_with: dealtWith, without_id: 1, too_old: 0 });
    expect(found.not_dealt_with).toBe(found.uploads.length);
  });

  it('names all of many with --dry-run, and some of them before it asks', async () => {
    const keys = Array.from({ length: 25 }, (_, n) => `requests/many-${n}.ndjson`);
    for (const key of keys) await bucket().put(key, line('many'));
    const { stdout } = await reconcile('--dry-run');
    expect(keys.filter((key) => !stdout.includes(`${key}, uploaded at `))).toEqual([]);
    expect([stdout.includes('more'), (await reconcile()).stderr]).toEqual([
      false,
      expect.stringMatching(/\n {4}and \d+ more: --dry-run names them all\n/),
    ]);
  });

  it('refuses to confirm what it does not do', async () => {
    const { code, stderr } = await reconcile('--yes', '--dry-run');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--dry-run hands in nothing')]);
  });

  it('finds bucket and ledger of a deployed stage by its stack', async () => {
    await bucket().put('requests/deployed.ndjson', line('deployed'));
    const outputs = Object.fromEntries(
      ['UploadsBucketName', 'LedgerTableName'].map((name) => [name, service.plan.output(name)]),
    );
    const environment = async (stacks: Parameters<typeof startControlPlane>[0]['stacks']) => ({
      AWS_ENDPOINT_URL_CLOUDFORMATION: await startControlPlane({ stacks, mapping: null }),
      AWS_ENDPOINT_URL_S3: service.addresses.s3,
      AWS_ENDPOINT_URL_DYNAMODB: service.addresses.dynamodb,
      AWS_ENDPOINT_URL_EVENTBRIDGE: service.addresses.eventBridge,
      AWS_REGION: 'eu-west-1',
      ...SIGNED,
    });
    const stacks = { 'reprocess-dev-storage': { outputs } };
    const found = await runHere(['reconcile', '--stage', 'dev', '--dry-run'], await environment(stacks));
    expect([found.stderr, found.stdout]).toEqual(['', expect.stringContaining('requests/deployed.ndjson')]);
    const missing = await runHere(['reconcile', '--stage', 'dev'], await environment({}));
    expect([missing.code, missing.stderr]).toEqual([
      1,
      'reprocess: there is no stack reprocess-dev-storage in this account and region: npm run deploy -- --stage dev\n',
    ]);
  });
});

it('the uploads of a bucket are its current request files and images, over any number of pages', async () => {
  const { s3, put } = bucket();
  const Bucket = service.uploadsBucket ?? '';
  const before = await listUploads(s3.send.bind(s3), Bucket);
  for (const key of ['requests/b + ü%.csv', 'requests/b + ü%.csv', 'images/\u0001 x.jpg', 'reports/r.json', 'a.csv']) {
    await put(key, 'x');
  }
  await put('requests/deleted.csv', 'x');
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'requests/deleted.csv' }));
  const byTwos = ((command: { readonly input: object }) =>
    s3.send(Object.assign(command, { input: { ...command.input, MaxKeys: 2 } }) as never)) as S3Client['send'];
  const uploads = await listUploads(byTwos, Bucket);
  const added = uploads.filter(({ version }) => !before.some((each) => each.version === version));
  expect(added.map(({ kind, key }) => `${kind} ${key}`).toSorted()).toEqual([
    'image images/\u0001 x.jpg',
    'requests requests/b + ü%.csv',
  ]);
});

it('the ledger is asked about each of very many uploads, and again about those that it left out', async () => {
  const uploads = Array.from({ length: 150 }, (_, n): FoundUpload => {
    return { bucket: 'uploads', key: `requests/${n}.csv`, version: '1', kind: 'requests', uploadedAt: NOON };
  });
  const dealtWith = uploads.filter((_, n) => n % 3 === 0);
  const ids = new Set(dealtWith.map(fileIdOf));
  const asked: number[] = [];
  // Of each call's keys it deals with 60 at most.
  const send = (async ({ input }: BatchGetItemCommand) => {
    const keys = input.RequestItems?.ledger?.Keys ?? [];
    asked.push(keys.length);
    const items = keys.slice(0, 60).filter(({ id }) => ids.has(id?.S ?? ''));
    const expiry = { expires_at: { N: String(NOON / 1000 + 60) }, state: { S: 'read' } };
    const left = keys.slice(60);
    return {
      Responses: { ledger: items.map((key) => ({ ...key, ...expiry })) },
      UnprocessedKeys: left.length > 0 ? { ledger: { Keys: left } } : {},
    };
  }) as unknown as DynamoDBClient['send'];
  const known = await knownUploads(uploads, { send, table: 'ledger', now: () => NOON });
  expect([asked, [...known]]).toEqual([[100, 40, 50], dealtWith]);
});

describe('a survey', () => {
  const DAY = 24 * 3_600_000;
  const upload = (key: string, uploadedAt: number, kind: FoundUpload['kind'] = 'requests'): FoundUpload => {
    return { bucket: 'uploads', key, version: '1', kind, uploadedAt };
  };

  it('leaves alone what is so old that the ledger may have forgotten it', async () => {
    const uploads = [upload('requests/young', NOON - 14 * DAY + 1), upload('requests/old', NOON - 14 * DAY)];
    const parts = {
      list: async () => uploads,
      known: async () => new Set<FoundUpload>(),
      hasImageId: async () => true,
    };
    const found = await survey({ ...parts, now: () => NOON });
    expect(found).toEqual({ missed: [uploads[0]], dealtWith: 0, withoutId: 0, tooOld: 1 });
  });

  it('asks S3 of unknown images alone, and puts what came first first', async () => {
    const [late, early] = [upload('images/late', NOON - 1, 'image'), upload('images/early', NOON - 2, 'image')];
    const [file, known] = [upload('requests/file', NOON - 3), upload('images/known', NOON - 4, 'image')];
    const asked: string[] = [];
    const found = await survey({
      list: async () => [late, early, file, known],
      known: async () => new Set([known]),
      hasImageId: async ({ key }) => asked.push(key) > 0,
      now: () => NOON,
    });
    expect([asked, found.missed]).toEqual([
      ['images/late', 'images/early'],
      [file, early, late],
    ]);
  });

  it('finds each of many once, and leaves out the images without an id wherever they stand', async () => {
    const images = Array.from({ length: 45 }, (_, n) => upload(`images/${n}`, NOON - 45 + n, 'image'));
    const wanted = images.filter((_, n) => n % 7 !== 3);
    const found = await survey({
      list: async () => images,
      known: async () => new Set<FoundUpload>(),
      hasImageId: async (image) => wanted.includes(image),
      now: () => NOON,
    });
    expect(found).toEqual({ missed: wanted, dealtWith: 0, withoutId: 6, tooOld: 0 });
  });

  it('names some of very many, without what a terminal would obey', () => {
    const missed = Array.from({ length: 1234 }, (_, n) => upload(`requests/\u001b[2J${n}`, NOON));
    const found = { missed, dealtWith: 2, withoutId: 0, tooOld: 1 };
    expect(summaryOf('uploads', found, 1)).toBe(
      [
        'uploads: 1,237 request files and images',
        '      2 dealt with',
        '      1 older than 14 days, of which the ledger no longer knows: to have one dealt with, upload it again',
        '  1,234 not dealt with',
        '    requests/\\u001b[2J0, uploaded at 2026-11-22T12:00:00.000Z',
        '    and 1,233 more: --dry-run names them all',
      ].join('\n'),
    );
  });
});

describe('25 uploads', () => {
  const uploads = Array.from({ length: 25 }, (_, n) => ({ bucket: 'uploads', key: `requests/${n}`, version: '1' }));

  /** @param answer of the nth call */
  async function eventBus(answer: (nth: number) => object) {
    const entries: (readonly { readonly Detail: string }[])[] = [];
    const bus = { calls: 0, entries, send: undefined as unknown as EventBridgeClient['send'] };
    const server = createServer(async (request, response) => {
      entries.push(JSON.parse(await text(request)).Entries);
      bus.calls += 1;
      response.end(JSON.stringify(answer(bus.calls)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const client = new EventBridgeClient(clientSettings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    onTestFinished(() => client.destroy());
    bus.send = client.send.bind(client);
    return bus;
  }

  const TAKEN = { FailedEntryCount: 0, Entries: [] };

  it('are handed in one time each, ten in a call', async () => {
    const bus = await eventBus(() => TAKEN);
    const { signal } = new AbortController();
    await handIn(uploads, { send: bus.send, stage: 'dev', signal });
    const keys = bus.entries.map((some) => some.map(({ Detail }) => JSON.parse(Detail).object.key));
    expect([keys.map(({ length }) => length), keys.flat()]).toEqual([[10, 10, 5], uploads.map(({ key }) => key)]);
  });

  it('of which the event bus does not take all are said, with the number that is left', async () => {
    const failed = { FailedEntryCount: 1, Entries: [{ EventId: '1' }, { ErrorCode: 'x', ErrorMessage: 'throttled' }] };
    const bus = await eventBus((nth) => (nth === 2 ? failed : TAKEN));
    const { signal } = new AbortController();
    await expect(handIn(uploads, { send: bus.send, stage: 'dev', signal })).rejects.toThrow(
      'the event bus did not take 6 of 25 (throttled): run the command again',
    );
    expect(bus.calls).toBe(2);
  });

  it('are no longer handed in behind a Ctrl-C, with the number that were', async () => {
    const controller = new AbortController();
    const bus = await eventBus((nth) => {
      if (nth === 2) controller.abort();
      return TAKEN;
    });
    await expect(handIn(uploads, { send: bus.send, stage: 'dev', signal: controller.signal })).rejects.toThrow(
      'stopped, and 20 of 25 were handed in: run the command again',
    );
    expect(bus.calls).toBe(2);
  });
});

import { type AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqsRequestId } from '../../functions/core/request/reprocess-request.ts';
import { clientSettings } from '../../local/aws-clients.ts';
import { type Receiver, startReceiver } from '../support/callback-receiver.ts';
import {
  changeFunction,
  editedAssembly,
  type RemovedGrant,
  type Resources,
  removeGrant,
} from '../support/edited-assembly.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { openBucket } from '../support/uploads.ts';

/** So short that a file with a refused line leaves its report to a next run. */
const SHORT_TIMEOUT_SECONDS = 60;

function shortenUploads(resources: Resources): void {
  changeFunction(resources, 'UploadTrigger', { timeout: SHORT_TIMEOUT_SECONDS });
}

async function start(edit: (resources: Resources) => void, finishesImages = false): Promise<Flow> {
  const sandbox = { processingMs: 300 };
  const soon = {
    schedulesEveryMs: 1000,
    variables: { FIRST_LOOK_SECONDS: '2', LOOKS_SECONDS: '2 60', DAILY_RESET: 'every 6 s' },
  };
  const flow = await startFlow({ assembly: await editedAssembly(edit), finishesImages, sandbox, ...soon });
  onTestFinished(() => flow.stop(0));
  return flow;
}

const request = (image_id: string, more: object = {}) => ({ image_id, preferences: { n: 1 }, ...more });
const queue = (flow: Flow, imageId: string) => flow.queueRequest(request(imageId));
/** A line that is sent and one that is refused. */
const upload = (flow: Flow) => openBucket(flow).put('requests/two.csv', 'image_id,rating\nuploaded,1\nuploaded,9\n');

/** A batch of one image, and one that is made of an order. @param headers an operator's key, for example */
const batchOf = (flow: Flow, imageId: string, headers: Record<string, string> = {}) =>
  flow.fetch('/v3/batches', {
    method: 'POST',
    headers,
    body: JSON.stringify([{ image_id: imageId, preferences: {} }]),
  });
function orderOf(flow: Flow, headers: Record<string, string> = {}): Promise<Response> {
  const { order_id } = flow.sandbox.orders.add({ images: 1 });
  const body = JSON.stringify({ preferences: {} });
  return flow.fetch(`/v3/orders/${order_id}/reprocess`, { method: 'POST', headers, body });
}

/** Every sender, to the local queues. */
const SENDER = '000000000000';

const PATIENCE = { interval: 200 };
const idOf = async (response: Promise<Response>) =>
  ((await (await response).json()) as { readonly batch_id: string }).batch_id;
const stateOf = async (flow: Flow, batchId: string) =>
  ((await (await flow.fetch(`/v3/batches/${batchId}`)).json()) as { readonly state: string }).state;

async function putEvent(flow: Flow, detail: object): Promise<void> {
  const client = new EventBridgeClient(clientSettings(flow.addresses.eventBridge));
  const event = { Source: 'reprocess.local', DetailType: 'Object Found', Detail: JSON.stringify(detail) };
  await client.send(new PutEventsCommand({ Entries: [event] }));
  client.destroy();
}

/** What is told of a file that was deleted since. */
const goneFrom = ({ uploadsBucket }: Flow) => ({
  bucket: { name: uploadsBucket },
  object: { key: 'requests/gone.csv', 'version-id': 'gone' },
});

describe('without a permission of its role', () => {
  interface Removal extends RemovedGrant {
    /** What the function tries, and what becomes of it. */
    readonly effect: (flow: Flow) => Promise<void>;
    /** As the service's message writes it. */
    readonly refused?: string;
  }
  const logged = (flow: Flow, ...parts: readonly string[]) =>
    expect.poll(() => flow.lines.filter((line) => parts.every((part) => line.includes(part)))).not.toEqual([]);

  it.each<Removal>([
    {
      of: 'ApiHandler',
      action: 'sqs:SendMessage',
      on: 'RequestsQueue',
      refused: 'sqs:sendmessage',
      async effect(flow) {
        expect((await flow.process('house', { n: 1 })).status).toBe(503);
      },
    },
    {
      of: 'ApiHandler',
      action: 'dynamodb:Query',
      on: 'by-image',
      async effect(flow) {
        expect((await flow.fetch('/v3/images/house/requests')).status).toBe(503);
      },
    },
    {
      of: 'ApiHandler',
      action: 'secretsmanager:GetSecretValue',
      on: 'PartnerKeys',
      async effect(flow) {
        expect((await flow.process('house', { n: 1 })).status).toBe(503);
      },
    },
    {
      of: 'BatchApi',
      action: 's3:PutObject',
      on: '/requests/partners/*',
      async effect(flow) {
        expect((await batchOf(flow, 'refused')).status).toBe(503);
        expect((await flow.fetch('/v3/batches')).status).toBe(200);
      },
    },
    {
      of: 'OrderApi',
      action: 'secretsmanager:GetSecretValue',
      on: 'AutoenhanceKey',
      async effect(flow) {
        expect((await orderOf(flow)).status).toBe(503);
        expect(flow.sandbox.calls()).toEqual([]);
      },
    },
    {
      of: 'Worker',
      action: 'dynamodb:UpdateItem',
      on: 'Ledger',
      async effect(flow) {
        await queue(flow, 'house');
        await logged(flow, 'a step failed, and the message waits for a retry', 'AccessDeniedException');
        expect(flow.sandbox.calls()).toEqual([]);
      },
    },
    {
      of: 'Worker',
      action: 'secretsmanager:GetSecretValue',
      on: 'AutoenhanceKey',
      async effect(flow) {
        await queue(flow, 'house');
        await logged(flow, 'a secret could not be read', 'AccessDeniedException');
        expect(flow.sandbox.calls()).toEqual([]);
      },
    },
    {
      of: 'Worker',
      action: 'sqs:SendMessage',
      on: 'Results',
      refused: 'sqs:sendmessage',
      async effect(flow) {
        await queue(flow, 'house');
        await logged(flow, 'a step failed, and the message waits for a retry', 'AccessDenied');
        // The sweep may have looked meanwhile.
        expect(flow.sandbox.calls().filter(({ method }) => method === 'POST')).toHaveLength(1);
        expect(flow.events).toEqual([]);
      },
    },
    ...(['ReceiveMessage', 'GetQueueAttributes'] as const).map((operation) => ({
      of: 'Worker',
      action: `sqs:${operation}`,
      on: 'RequestsQueue',
      refused: `sqs:${operation.toLowerCase()}`,
      async effect(flow: Flow) {
        await queue(flow, 'house');
        await logged(flow, 'the event source of', 'AccessDenied');
        expect(flow.sandbox.calls()).toEqual([]);
      },
    })),
    {
      of: 'Worker',
      action: 'sqs:DeleteMessage',
      on: 'RequestsQueue',
      refused: 'sqs:deletemessage',
      async effect(flow) {
        await queue(flow, 'house');
        await flow.eventsOf('house');
        await logged(flow, 'the event source of', 'AccessDenied');
      },
    },
    {
      of: 'UploadTrigger',
      action: 's3:GetObjectVersion',
      on: '/requests/*',
      async effect(flow) {
        await upload(flow);
        await logged(flow, '"the run failed"', 'UploadForbidden');
        expect(flow.events).toEqual([]);
      },
    },
    {
      of: 'UploadTrigger',
      action: 's3:PutObject',
      on: '/reports/*',
      async effect(flow) {
        await upload(flow);
        await logged(flow, 'Invoke Error', 'DependencyUnavailable');
        expect(flow.lines.join()).not.toContain('the file was read');
      },
    },
    {
      of: 'UploadTrigger',
      action: 'events:PutEvents',
      on: 'event-bus/default',
      async effect(flow) {
        await upload(flow);
        await logged(flow, '"the feeder could not be woken"', 'AccessDenied');
        await flow.eventsOf('uploaded');
      },
    },
    {
      of: 'UploadTrigger',
      action: 'dynamodb:UpdateItem',
      on: 'Ledger',
      async effect(flow) {
        await upload(flow);
        await logged(flow, 'Invoke Error', 'DependencyUnavailable');
        expect(flow.events).toEqual([]);
      },
    },
  ])('$of cannot $action on $on', async ({ effect, refused, ...grant }) => {
    const flow = await start((resources) => {
      shortenUploads(resources);
      removeGrant(resources, grant);
    });
    await effect(flow);
    const messages = flow.permissions.refusals().map(({ message }) => message);
    const expected = expect.stringContaining(`not authorized to perform: ${refused ?? grant.action} on resource: `);
    expect(messages).toEqual(Array(Math.max(1, messages.length)).fill(expected));
  });

  it('UploadTrigger that cannot s3:ListBucket takes an object that is gone for one that it may not read', async () => {
    const flow = await start((resources) =>
      removeGrant(resources, { of: 'UploadTrigger', action: 's3:ListBucket', on: 'Uploads' }),
    );
    await putEvent(flow, goneFrom(flow));
    await logged(flow, '"the run failed"', 'UploadForbidden');
    expect(flow.lines.join()).not.toContain('was deleted before it was read');
  });
});

describe('with all of them', () => {
  // What a function's own process does not do, here or on AWS: Lambda writes its lines and traces under its role.
  const BY_LAMBDA = /^(logs|xray):/;

  const uploadId = (digit: string) => `upload:${digit.repeat(64)}`;
  const SPOILT = uploadId('b');

  async function putItem(flow: Flow, id: string, more: Record<string, AttributeValue> = {}): Promise<void> {
    const client = new DynamoDBClient(clientSettings(flow.addresses.dynamodb));
    const TableName = flow.plan.tables[0]?.definition.TableName;
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, ...more } }));
    client.destroy();
  }

  /** A partner has a callback: one call of its receiver fails, and one is sent again. */
  async function employCallbacks(flow: Flow, receiver: Receiver): Promise<void> {
    await setCallback(flow, receiver);
    let failed = 0;
    receiver.behave(() => ({ status: failed++ === 0 ? 500 : 204 }));
    await flow.process('told', { n: 1 });
    const deliveries = async () =>
      (
        (await (await flow.fetch('/v3/callback/deliveries')).json()) as {
          deliveries: { id: string; event_id: string }[];
        }
      ).deliveries;
    await expect.poll(deliveries, PATIENCE).not.toEqual([]);
    const [delivery] = await deliveries();
    await flow.fetch(`/v3/callback/deliveries?request_id=${delivery?.event_id.split('.')[0]}`);
    await flow.fetch(`/v3/callback/deliveries/${delivery?.id}/resend`, { method: 'POST' });
    await flow.fetch('/v3/callback');
    await flow.fetch('/v3/callback/rotate', { method: 'POST' });
  }

  async function setCallback(flow: Flow, { url }: Receiver): Promise<void> {
    const put = await flow.fetch('/v3/callback', { method: 'PUT', body: JSON.stringify({ url }) });
    expect(put.ok, await put.text()).toBe(true);
  }

  /** The receiver wants no more; the partner sets it again, removes it, and sets it again. */
  async function endCallback(flow: Flow, receiver: Receiver): Promise<void> {
    receiver.behave(() => ({ status: 410 }));
    await flow.process('ended', { n: 1 });
    await flow.eventsThat(({ type }) => type === 'callback.removed');
    // The event comes first, so that no removal is silent.
    await expect.poll(async () => (await flow.fetch('/v3/callback')).status, PATIENCE).toBe(404);
    receiver.behave(() => ({ status: 204 }));
    await setCallback(flow, receiver);
    await flow.fetch('/v3/callback', { method: 'DELETE' });
    await setCallback(flow, receiver);
  }

  async function sendToDeadLetters(flow: Flow, imageId: string, more: object = {}): Promise<void> {
    const place = { QueueUrl: flow.queueUrls.deadLetters, MessageGroupId: imageId, MessageDeduplicationId: imageId };
    const MessageBody = JSON.stringify(request(imageId, more));
    await flow.sqs.send(new SendMessageCommand({ ...place, MessageBody }));
  }

  /** Autoenhance says twice that the image is finished. */
  async function callApi(flow: Flow): Promise<void> {
    flow.sandbox.webhook.fail({ kind: 'repeat', imageId: 'house' });
    await flow.process('house', { n: 1 });
    await flow.fetch('/v3/images/house/requests');
    const headers = { 'x-api-key': flow.operator.key };
    await flow.fetch('/v3/pause', { method: 'PUT', headers, body: JSON.stringify({ reason: 'a test' }) });
    await flow.fetch('/v3/pause', { method: 'DELETE', headers });
  }

  /** A partner and an operator hand over a batch and an order each; of one batch all is asked that can be, and its one line fails. */
  async function employBatches(flow: Flow): Promise<void> {
    const asOperator = { 'x-api-key': flow.operator.key };
    flow.sandbox.fail({ kind: 'status', status: 422, times: 1, imageId: 'refused' });
    const id = await idOf(batchOf(flow, 'refused'));
    await batchOf(flow, 'operators', asOperator);
    for (const headers of [{}, asOperator]) expect((await orderOf(flow, headers)).status).toBe(202);
    await expect.poll(() => stateOf(flow, id), PATIENCE).toBe('finished');
    for (const path of ['', `/${id}/requests`, `/${id}/requests?state=failed`]) await flow.fetch(`/v3/batches${path}`);
    const results = await flow.fetch(`/v3/batches/${id}/results`, { redirect: 'manual' });
    await flow.fetch('/v3/requests');
    // Without its results file, the results are made anew.
    const [, , ...key] = new URL(results.headers.get('location') ?? '').pathname.split('/').map(decodeURIComponent);
    await openBucket(flow).s3.send(new DeleteObjectCommand({ Bucket: flow.uploadsBucket, Key: key.join('/') }));
    expect((await flow.fetch(`/v3/batches/${id}/results`)).status).toBe(200);
    const again = await idOf(flow.fetch(`/v3/batches/${id}/retry`, { method: 'POST' }));
    await flow.fetch(`/v3/batches/${again}/pause`, { method: 'POST' });
  }

  /**
   * Two images fail for the daily limit, once: the second must not wait behind a first that fails again after each reset. Of the
   * first only the sweep hears.
   */
  async function employWebhookAndSweep(flow: Flow): Promise<void> {
    const body = { status: 'error', status_reason: 'Daily enhancement limit reached' };
    const images = ['swept', 'limited'];
    flow.sandbox.webhook.fail({ kind: 'lose', imageId: 'swept' });
    for (const imageId of images) {
      flow.sandbox.fail({ kind: 'status', status: 200, call: 'read', imageId, times: 1, body });
      await flow.process(imageId, { n: 1 }, { prefer: 'wait=20' });
    }
    for (const imageId of images)
      await flow.eventsThat(({ subject, data }) => subject === imageId && 'confirmed' in data);
  }

  /** Somebody signs in to the console, and looks at all that a key without a role and an operator's may see. */
  async function employConsole(flow: Flow): Promise<void> {
    for (const { key } of [flow.partner, flow.operator]) {
      const headers = { 'x-reprocess-console': '1' };
      const signIn = { method: 'POST', headers, body: JSON.stringify({ key }) };
      const [cookie = ''] = (await fetch(`${flow.addresses.api}/console/session`, signIn)).headers.getSetCookie();
      const paths = ['/v3/requests', '/v3/batches', '/v3/images/house', '/v3/images/house/preview'];
      const own = key === flow.operator.key ? ['/v3/health', '/v3/partners'] : ['/v3/callback/deliveries'];
      for (const path of [...paths, ...own]) {
        const response = await fetch(`${flow.addresses.api}${path}`, {
          headers: { cookie: cookie.split(';')[0] ?? '' },
        });
        expect([path, response.status]).toEqual([path, 200]);
      }
    }
  }

  /** One call is repeated, and one request has an item that expired and was not deleted yet. */
  async function employWorker(flow: Flow): Promise<void> {
    flow.sandbox.fail({ kind: 'status', status: 500, times: 1, imageId: 'retried' });
    await queue(flow, 'retried');
    await putItem(flow, sqsRequestId(SENDER, 'expired'), { expires_at: { N: '1' } });
    await flow.queueRequest(request('expired', { request_id: 'expired' }));
    // Before the account is paused.
    for (const imageId of ['retried', 'expired']) await flow.eventsOf(imageId);
  }

  /** One message has an outcome to get, one has it already and is a partner's, and of one the ledger's item cannot be read. */
  async function employDeadLetters(flow: Flow): Promise<void> {
    const buried = await flow.process('buried', { n: 1 });
    await sendToDeadLetters(flow, 'buried', { request_id: buried.headers.get('reprocess-request-id') });
    await putItem(flow, SPOILT);
    await sendToDeadLetters(flow, 'dead');
    await sendToDeadLetters(flow, 'spoilt', { request_id: SPOILT });
  }

  /**
   * A file over two runs, whose event comes again when it is read; one that is gone; an image; and an event that cannot be
   * understood.
   */
  async function employUploadTrigger(flow: Flow): Promise<void> {
    await putEvent(flow, { bucket: { name: flow.uploadsBucket }, object: { key: 'requests/no-version.csv' } });
    await putEvent(flow, goneFrom(flow));
    await expect.poll(() => flow.lines.join()).toContain('the object is gone');
    await openBucket(flow).put('images/a.jpg', 'jpeg', { 'image-id': 'image' });
    await upload(flow);
    const read = () => flow.lines.find((line) => line.includes('"the file was read"'));
    await expect.poll(read).toBeDefined();
    const { bucket, file, version } = JSON.parse(read() ?? '');
    await putEvent(flow, { bucket: { name: bucket }, object: { key: file, 'version-id': version } });
  }

  /** Of one batch the file is deleted before it is sent. The line of another one fails once for the daily limit. */
  async function employFeeder(flow: Flow): Promise<void> {
    const headers = { 'x-api-key': flow.operator.key };
    const pause = { method: 'PUT', headers, body: JSON.stringify({ reason: 'a test' }) };
    expect((await flow.fetch('/v3/pause', pause)).status).toBe(200);
    const deleted = await idOf(batchOf(flow, 'deleted'));
    const { s3 } = openBucket(flow);
    const Bucket = flow.uploadsBucket;
    const { Versions = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: 'requests/partners/', EncodingType: 'url' }),
    );
    const file = Versions.find(({ Key }) => Key?.includes(deleted));
    const Key = decodeURIComponent((file?.Key ?? '').replaceAll('+', ' '));
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: file?.VersionId }));
    await flow.fetch('/v3/pause', { method: 'DELETE', headers });
    await expect.poll(() => stateOf(flow, deleted), PATIENCE).toBe('finished');
    const { problems } = (await (await flow.fetch(`/v3/batches/${deleted}`)).json()) as { readonly problems: unknown };
    expect(problems).toEqual([expect.stringContaining('gone')]);
    const body = { status: 'error', status_reason: 'Daily enhancement limit reached' };
    flow.sandbox.fail({ kind: 'status', status: 200, call: 'read', imageId: 'again', times: 1, body });
    const again = await idOf(batchOf(flow, 'again'));
    await expect.poll(() => stateOf(flow, again), PATIENCE).toBe('finished');
  }

  /** Whatever runs the schedules begin, they die, until Lambda gives up one of each. */
  async function killScheduled(flow: Flow): Promise<void> {
    const givenUp = () => flow.permissions.unusedGrants().every(({ resource }) => !resource.includes('FailedRuns'));
    const killing = setInterval(() => {
      for (const name of ['BatchFeeder', 'CompletionSweep']) flow.functionNamed(name).kill();
    }, 5);
    await expect
      .poll(givenUp, PATIENCE)
      .toBe(true)
      .finally(() => clearInterval(killing));
  }

  it('does its whole work, is refused nothing, and leaves no permission unused', async () => {
    const receiver = await startReceiver();
    onTestFinished(receiver.stop);
    const flow = await start(shortenUploads, true);
    const unused = () => flow.permissions.unusedGrants().filter(({ action }) => !BY_LAMBDA.test(action));
    expect(unused().length).toBeGreaterThan(30);
    for (const employ of [
      employCallbacks,
      callApi,
      employConsole,
      employBatches,
      employWorker,
      employDeadLetters,
      employUploadTrigger,
      employFeeder,
      endCallback,
      employWebhookAndSweep,
      killScheduled,
    ])
      await employ(flow, receiver);
    await expect.poll(unused).toEqual([]);
    expect(flow.permissions.refusals()).toEqual([]);
  });
});

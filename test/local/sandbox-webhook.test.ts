import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createSandbox, type Sandbox } from '../../local/sandbox/server.ts';
import { createWebhook } from '../../local/sandbox/webhook.ts';

const KEY = 'sandbox-key';
const PROCESSING_MS = 60;

interface Heard {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly at: number;
}

let sandbox: Sandbox;
let heard: Heard[];
let answer: number;
let target: { readonly url: string; readonly token: string };
let close: () => Promise<void>;
beforeEach(async () => {
  heard = [];
  answer = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), at: Date.now() });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  sandbox = await createSandbox({ apiKey: KEY, acceptAnyImage: true, processingMs: PROCESSING_MS, dailyLimit: 3 });
  target = { url, token: 'the-token' };
  close = async () => {
    await sandbox.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(() => close());

const process = (image: string) =>
  fetch(`${sandbox.url}/v3/images/${image}/process`, {
    method: 'POST',
    headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
    body: '{"order_id":"o-1"}',
  });
const bodies = () =>
  heard.map(({ body }) => JSON.parse(body) as { readonly image_id: string; readonly error: boolean });
const calls = (count: number) => expect.poll(() => heard.length).toBe(count);
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 4 * PROCESSING_MS));

/** Tells at once of images that are all in one state. */
function webhookOf(status: string) {
  const webhook = createWebhook({
    read: (id) => ({ image_id: id, status }),
    isOrderProcessing: () => false,
    processingMs: 0,
    now: Date.now,
    closing: new AbortController().signal,
  });
  webhook.aim(target);
  return webhook;
}

describe('the webhook', () => {
  test('makes no call until its URL is set', async () => {
    await process('a');
    await aWhile();
    expect(sandbox.webhook.calls()).toEqual([]);
  });

  test('says that an image is finished when it is, as the vendor says it', async () => {
    sandbox.webhook.aim(target);
    const startedAt = Date.now();
    await process('a');
    await calls(1);
    expect(heard[0]?.at).toBeGreaterThanOrEqual(startedAt + PROCESSING_MS - 2);
    expect(heard[0]?.headers).toMatchObject({ authentication: 'the-token', 'content-type': 'application/json' });
    expect(bodies()).toEqual([
      { event: 'image_processed', image_id: 'a', error: false, order_id: 'o-1', order_is_processing: false },
    ]);
    await expect.poll(() => sandbox.webhook.calls()[0]?.status).toBe(200);
  });

  test('reports an error when the enhancement ended in one', async () => {
    sandbox.webhook.aim(target);
    for (const image of ['a', 'b', 'c', 'd']) await process(image);
    await calls(4);
    expect(bodies().filter(({ error }) => error)).toEqual([expect.objectContaining({ image_id: 'd' })]);
  });

  test('says nothing before the record does, also where timers run ahead of the clock', async () => {
    const startedAt = Date.now();
    const now = () => startedAt + (Date.now() - startedAt) / 2;
    const slow = await createSandbox({ acceptAnyImage: true, apiKey: KEY, processingMs: 60, dailyLimit: 0, now });
    onTestFinished(() => slow.close());
    slow.webhook.aim(target);
    await fetch(`${slow.url}/v3/images/late/process`, {
      method: 'POST',
      headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
      body: '{}',
    });
    await calls(1);
    expect(bodies()).toMatchObject([{ image_id: 'late', error: true }]);
  });

  test('says whether the image’s order is still processing', async () => {
    const asked: string[] = [];
    const webhook = createWebhook({
      read: (id) => ({ image_id: id, status: 'processed', order_id: id === 'alone' ? null : 'o-1' }),
      isOrderProcessing: (orderId) => asked.push(orderId) > 0,
      processingMs: 0,
      now: Date.now,
      closing: new AbortController().signal,
    });
    webhook.aim(target);
    await webhook.expect('of an order');
    await webhook.expect('alone');
    const told = heard.map(({ body }) => JSON.parse(body).order_is_processing);
    expect([told, asked]).toEqual([[true, false], ['o-1']]);
  });

  test('is not called for what did not begin, nor a second time when it was refused', async () => {
    sandbox.webhook.aim(target);
    answer = 503;
    sandbox.fail({ kind: 'status', status: 500, imageId: 'a' });
    await process('a');
    await process('b');
    await calls(1);
    await aWhile();
    expect(bodies()).toMatchObject([{ image_id: 'b' }]);
    expect(sandbox.webhook.calls()).toMatchObject([{ status: 503 }]);
  });

  test('can be lost, doubled and delayed', async () => {
    sandbox.webhook.aim(target);
    sandbox.webhook.fail({ kind: 'lose', imageId: 'a' });
    sandbox.webhook.fail({ kind: 'repeat', imageId: 'b', copies: 3, times: 1 });
    sandbox.webhook.fail({ kind: 'delay', imageId: 'c', delayMs: 300 });
    const startedAt = Date.now();
    for (const image of ['a', 'b', 'c']) await process(image);
    await calls(4);
    expect(
      bodies()
        .map(({ image_id }) => image_id)
        .toSorted(),
    ).toEqual(['b', 'b', 'b', 'c']);
    const delayed = heard.find(({ body }) => JSON.parse(body).image_id === 'c');
    expect(delayed?.at).toBeGreaterThanOrEqual(startedAt + PROCESSING_MS + 298);
    sandbox.webhook.heal();
    await process('a');
    await calls(5);
  });

  test('goes wrong as often as planned, and each plan is counted by itself', async () => {
    const webhook = webhookOf('processed');
    webhook.fail({ kind: 'lose', imageId: 'a', times: 1 });
    webhook.fail({ kind: 'repeat', imageId: 'b', times: 1 });
    for (const image of ['a', 'a', 'b', 'b']) await webhook.expect(image);
    expect(bodies().map(({ image_id }) => image_id)).toEqual(['a', 'b', 'b', 'b']);
  });

  test('reports no error of an image that is enhanced again meanwhile', async () => {
    await webhookOf('processing').expect('a');
    expect(bodies()).toMatchObject([{ error: false }]);
  });

  test('can be forged, with the token or another one', async () => {
    expect(await sandbox.webhook.forge({ body: {} })).toBeNull();
    sandbox.webhook.aim(target);
    answer = 401;
    expect(await sandbox.webhook.forge({ body: { event: 'image_processed' }, token: 'x', header: 'X-Other' })).toBe(
      401,
    );
    expect(heard).toMatchObject([{ body: '{"event":"image_processed"}', headers: { 'x-other': 'x' } }]);
    await sandbox.webhook.forge({ body: 'no JSON' });
    expect(heard[1]).toMatchObject({ body: 'no JSON', headers: { authentication: 'the-token' } });
  });

  test('is controlled from another process too', async () => {
    const control = async (method: string, path: string, body?: unknown) => {
      const url = `${sandbox.url}/__sandbox/webhook${path}`;
      const response = await fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
      return [response.status, response.status === 204 ? '' : await response.json()];
    };
    expect(await control('PUT', '', { url: 'nowhere' })).toEqual([400, expect.anything()]);
    expect(await control('PUT', '', target)).toEqual([204, '']);
    expect(await control('POST', '/faults', { kind: 'lose' })).toEqual([204, '']);
    await process('a');
    await aWhile();
    expect(await control('POST', '/calls', { body: { event: 'hello' } })).toEqual([200, { status: 200 }]);
    const made = { body: '{"event":"hello"}', status: 200, sentAt: expect.any(Number) };
    expect(await control('GET', '')).toEqual([200, { url: target.url, calls: [made] }]);
    expect(await control('DELETE', '/faults')).toEqual([204, '']);
    await process('a');
    await calls(2);
  });
});

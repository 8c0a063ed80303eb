import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutcomeEvent } from '../../local/outcomes.ts';
import { type Flow, startFlow } from '../support/flow.ts';

/** Long enough for an outcome to be published before, on a busy machine too. */
const PROCESSING_MS = 2000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const example = { ai_version: '4.x', hdr: true };

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ finishesImages: true, sandbox: { processingMs: PROCESSING_MS } });
});
afterAll(() => flow.end());

const call = (body: string | Uint8Array | undefined, headers?: Record<string, string>, method = 'POST') =>
  fetch(flow.webhook.url, {
    method,
    headers: headers ?? { authentication: flow.webhook.token },
    ...(body !== undefined && { body }),
  });
const told = (image_id: string, more: object = {}) =>
  JSON.stringify({ event: 'image_processed', image_id, error: false, order_id: null, ...more });
const finished = (imageId: string, count = 1) =>
  flow.eventsThat(({ type, subject }) => type.startsWith('image.') && subject === imageId, count);
// biome-ignore lint/suspicious/noExplicitAny: each test reads the members that it is about
const read = async (requestId: string | null): Promise<any> => (await flow.fetch(`/v3/requests/${requestId}`)).json();
const idOf = (response: Response) => response.headers.get('reprocess-request-id');

describe('an image that is finished', () => {
  it('is published after its request, and shown to the partner who asked', async () => {
    const id = idOf(await flow.process('over-http', example));
    const [event] = await finished('over-http');
    expect(event).toMatchObject({
      specversion: '1.0',
      id: expect.stringMatching(new RegExp(`^${id}\\.image\\.processed\\.[0-9a-f]{16}$`)),
      type: 'image.processed',
      source: 'reprocess/local',
      subject: 'over-http',
      data: {
        event: 'image_processed',
        image_id: 'over-http',
        error: false,
        order_id: null,
        order_is_processing: false,
        request: { request_id: id, source: 'http', partner: 'demo', preferences: example },
        image: { image_id: 'over-http', status: 'processed', ...example },
        confirmed: true,
        warnings: [],
      },
    });
    expect((await flow.eventsOf('over-http')).map(({ type }) => type)).toEqual([
      'reprocess.succeeded',
      'image.processed',
    ]);
    const completion = { event: 'image.processed', confirmed: true, status: 'processed' };
    expect(await read(id)).toMatchObject({ state: 'succeeded', completed_at: event?.time, completion });
    const list = await (await flow.fetch('/v3/images/over-http/requests')).json();
    expect(list).toMatchObject({ requests: [{ request_id: id, completed_at: event?.time }] });
  });

  it('is published with the request that came over the queue', async () => {
    await flow.queueRequest({ image_id: 'over-sqs', preferences: example, request_id: 'order-7' });
    const [event] = await finished('over-sqs');
    const [outcome] = await flow.eventsOf('over-sqs');
    expect(event?.data.request).toEqual(outcome?.data.request);
    expect(event?.data.request).toMatchObject({ source: 'sqs', sender_request_id: 'order-7', preferences: example });
  });

  it('with two open requests is published twice, first as ambiguous', async () => {
    flow.sandbox.webhook.fail({ kind: 'lose', imageId: 'overlapping' });
    const first = idOf(await flow.process('overlapping', { n: 1 }));
    const second = idOf(await flow.process('overlapping', { n: 2 }));
    // Said of the first enhancement while the second one is under way: whom it means cannot be told.
    const processing = { status: 200, call: 'read', imageId: 'overlapping', body: { status: 'processing' } } as const;
    flow.sandbox.fail({ kind: 'status', times: 1, ...processing });
    flow.sandbox.fail({ kind: 'status', ...processing, body: { status: 'processed' } });
    for (const _ of [first, second]) await flow.sandbox.webhook.forge({ body: told('overlapping') });
    const facts = ({ data: { request, confirmed } }: OutcomeEvent) => {
      return [request?.request_id, (request as { readonly ambiguous?: true }).ambiguous, confirmed];
    };
    expect((await finished('overlapping', 2)).map(facts)).toEqual([
      [second, true, null],
      [second, undefined, true],
    ]);
    expect(await read(second)).toMatchObject({ completion: { confirmed: true } });
    expect(await read(first)).not.toHaveProperty('completion');
  });

  it('is published without its record while the endpoint is slow', async () => {
    flow.sandbox.fail({ kind: 'hang', call: 'read', imageId: 'slow' });
    expect((await call(told('slow'))).status).toBe(200);
    const [event] = await finished('slow');
    expect(event?.data).toMatchObject({
      image: null,
      confirmed: null,
      warnings: [expect.stringContaining('timed_out')],
    });
    expect(flow.sandbox.calls().filter(({ imageId }) => imageId === 'slow')).toHaveLength(1);
  });
});

describe("Autoenhance's call", () => {
  it('that is lost leaves the request unchanged, and one that comes twice is published once', async () => {
    flow.sandbox.webhook.fail({ kind: 'lose', imageId: 'lost' });
    flow.sandbox.webhook.fail({ kind: 'repeat', imageId: 'repeated' });
    const lost = idOf(await flow.process('lost', example));
    const repeated = idOf(await flow.process('repeated', example));
    const calls = () =>
      flow.sandbox.webhook.calls().filter(({ body, status }) => status === 200 && body.includes('repeated'));
    await expect.poll(calls).toHaveLength(2);
    expect((await finished('repeated')).map(({ data }) => data.request?.request_id)).toEqual([repeated]);
    expect(await read(lost)).toMatchObject({ state: 'succeeded' });
    expect(await read(lost)).not.toHaveProperty('completion');
  });

  it('that comes late finds its request all the same', async () => {
    flow.sandbox.webhook.fail({ kind: 'delay', imageId: 'late', delayMs: 500 });
    const id = idOf(await flow.process('late', example));
    const [event] = await finished('late');
    expect(event?.data).toMatchObject({ request: { request_id: id }, confirmed: true });
  });

  it('that was forged without the token is refused, and with it is contradicted', async () => {
    expect(await flow.sandbox.webhook.forge({ body: told('forged'), token: 'guessed' })).toBe(401);
    expect(await flow.sandbox.webhook.forge({ body: told('forged', { error: true }) })).toBe(200);
    const [event, ...others] = await finished('forged');
    expect(event).toMatchObject({ type: 'image.failed', data: { confirmed: false, image: { status: 'processed' } } });
    expect(event?.id).toMatch(UUID);
    expect(others).toEqual([]);
    await expect.poll(() => flow.lines.join()).toContain('"WebhookRefused":1');
  });

  it('of any other kind is handed on as it came, in its image’s order or under its name', async () => {
    for (const body of [
      '{"event":"image_registered","image_id":"other","order_id":"o"}',
      '{"event":"credits low!","left":12345678901234567890}',
    ]) {
      expect((await call(body)).status).toBe(200);
    }
    const [registered] = await flow.eventsThat(({ type }) => type === 'autoenhance.image_registered');
    expect(registered).toMatchObject({ subject: 'other', data: { event: 'image_registered', order_id: 'o' } });
    const [unknown] = await flow.eventsThat(({ type }) => type === 'autoenhance.credits_low_');
    expect(unknown).toMatchObject({ subject: 'credits_low_', data: { event: 'credits low!' } });
  });

  it('fifty times at once is fifty events', async () => {
    // The environments that so many calls need start all at once: on a busy machine one may not get its token in time, and
    // answers 503, as it should. What is promised here is promised of those that run.
    const start = async () =>
      (await Promise.all(Array.from({ length: 50 }, () => call('')))).map(({ status }) => status);
    await expect.poll(start).toEqual(Array(50).fill(200));
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => call(told(`many-${index}`))));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    await flow.eventsThat(({ subject }) => subject.startsWith('many-'), 50);
  });
});

describe('the entry point', () => {
  it.each<[string, string | undefined, Record<string, string> | undefined, number]>([
    ['saved settings', '{"event":"webhook_updated"}', undefined, 200],
    ['an empty body', undefined, undefined, 200],
    ['the other header, with a scheme', '', { authorization: 'Bearer TOKEN' }, 200],
    ['no token', told('x'), {}, 401],
    ['a wrong token', told('x'), { authentication: 'x' }, 401],
    ["a partner's key", told('x'), { 'x-api-key': 'local-demo-key' }, 401],
    ['not JSON', 'hello', undefined, 400],
    ['65 KiB', JSON.stringify('x'.repeat(66_560)), undefined, 413],
  ])('answers %s', async (_, body, headers, status) => {
    const { token } = flow.webhook;
    const given =
      headers && Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, v.replace('TOKEN', token)]));
    const before = flow.events.length;
    const response = await call(body, given);
    expect([response.status, response.headers.get('cache-control')]).toEqual([status, 'no-store']);
    expect(flow.events.length).toBe(before);
  });

  it.each(['GET', 'PUT', 'DELETE'])('knows no %s, which invokes no function', async (method) => {
    const response = await call(undefined, undefined, method);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'Not Found' });
  });

  it('responds only with 200, 400, 401 or 413, whatever the call', async () => {
    const body = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.uint8Array({ maxLength: 300 }),
      fc
        .record({ event: fc.constant('image_processed'), image_id: fc.oneof(fc.string(), fc.jsonValue()) })
        .map((value) => JSON.stringify(value)),
    );
    const type = fc.constantFrom('application/json', 'text/plain', 'application/octet-stream', 'x');
    const isKnown = fc.boolean();
    await fc.assert(
      fc.asyncProperty(body, type, isKnown, async (content, contentType, known) => {
        const authentication = known ? flow.webhook.token : 'x';
        const response = await call(content, { authentication, 'content-type': contentType });
        expect(known ? [200, 400] : [401]).toContain(response.status);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a service of its own', () => {
  let other: Flow;
  beforeAll(async () => {
    other = await startFlow();
  });
  afterAll(() => other.stop(0));
  const callWith = (authentication: string, body = '') =>
    fetch(other.webhook.url, { method: 'POST', headers: { authentication }, body });

  it('takes a token that was put into the secret a moment ago, and the one before it while both stand there', async () => {
    const { token } = other.webhook;
    expect((await callWith(token)).status).toBe(200);
    const secret = JSON.stringify({ token: 'brand-new', previousToken: token });
    other.secretsManager.put(other.plan.output('WebhookTokenSecretName'), secret);
    for (const each of ['brand-new', token]) expect((await callWith(each)).status).toBe(200);
  });

  it('answers 503 while SQS is unavailable', async () => {
    await other.queues.close();
    const response = await callWith(other.webhook.token, told('x'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  });
});

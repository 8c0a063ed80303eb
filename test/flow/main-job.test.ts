import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KNOWN_IMAGES } from '../../local/sandbox/known-images.ts';
import { type Flow, startFlow } from '../support/flow.ts';

const example = { ai_version: '4.x', enhance: true, enhance_type: 'neutral', hdr: true };

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
});
afterAll(() => flow.end());

const callsFor = (imageId: string) => flow.sandbox.calls().filter((call) => call.imageId === imageId);
const queue = (imageId: string, preferences: Record<string, unknown>, requestId?: string) =>
  flow.queueRequest({ image_id: imageId, preferences, ...(requestId && { request_id: requestId }) });

describe('a request over HTTP', () => {
  it("is answered with the image's record, and its outcome is published", async () => {
    const { id } = KNOWN_IMAGES.house;
    const answered = await flow.process(id, example);
    expect(answered.status).toBe(200);
    const record = await answered.json();
    expect(record).toMatchObject({ image_id: id, status: 'processing', ...example });
    expect(callsFor(id)).toEqual([
      expect.objectContaining({ method: 'POST', key: 'right', body: JSON.stringify(example), acted: true }),
    ]);
    const [event] = await flow.eventsOf(id);
    expect(event).toMatchObject({
      specversion: '1.0',
      id: `${answered.headers.get('reprocess-request-id')}.succeeded`,
      type: 'reprocess.succeeded',
      source: 'reprocess/local',
      data: {
        request: { source: 'http', partner: 'demo', preferences: example },
        image: record,
        attempts: 1,
        warnings: [],
      },
    });
  });

  it("works as the vendor's own sample sends it, with nothing changed but host and key", async () => {
    const [apiKey, imageId, preferences] = [flow.partner.key, 'vendor-sample', example];
    const processImageResponse = await fetch(`${flow.addresses.api}/v3/images/${imageId}/process`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', 'x-api-key': apiKey },
      body: JSON.stringify({ ...preferences }),
    });
    expect(await processImageResponse.json()).toMatchObject({ image_id: imageId, hdr: true });
    expect(callsFor(imageId)).toEqual([expect.objectContaining({ method: 'POST' })]);
  });

  it('leaves what it leaves out as it was', async () => {
    const { id } = KNOWN_IMAGES.garden;
    expect(await (await flow.process(id, { enhance_type: 'neutral' })).json()).toMatchObject({
      enhance_type: 'neutral',
      cloud_type: 'CLEAR',
      sky_replacement: true,
    });
    expect(await (await flow.process(id, {})).json()).toMatchObject({ enhance_type: 'neutral', cloud_type: 'CLEAR' });
    expect(callsFor(id).map(({ body }) => body)).toEqual(['{"enhance_type":"neutral"}', '{}']);
  });

  it('carries a number of any length through to the endpoint', async () => {
    await flow.process('digits', '{"metadata":{"listing":12345678901234567890}}');
    expect(callsFor('digits')[0]?.body).toBe('{"metadata":{"listing":12345678901234567890}}');
  });

  it("can be read afterwards, by its id and in its image's list", async () => {
    const answered = await flow.process('readable', example);
    const id = answered.headers.get('reprocess-request-id');
    const read = await (await flow.fetch(`/v3/requests/${encodeURIComponent(id ?? '')}`)).json();
    expect(read).toMatchObject({
      request_id: id,
      state: 'succeeded',
      attempts: 1,
      image: await answered.json(),
      preferences: example,
    });
    const list = (await (await flow.fetch('/v3/images/readable/requests')).json()) as { requests: unknown[] };
    expect(list.requests).toEqual([expect.objectContaining({ request_id: id, state: 'succeeded' })]);
  });

  it('under the same Idempotency-Key is one request: the same response, one call, one event', async () => {
    const key = { 'idempotency-key': 'once' };
    const answers = await Promise.all([1, 2, 3].map(() => flow.process('once', example, key)));
    answers.push(await flow.process('once', example, key));
    const bodies = await Promise.all(answers.map((response) => response.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.get('reprocess-request-id'))).size).toBe(1);
    expect(callsFor('once')).toHaveLength(1);
    expect((await flow.process('once', { other: true }, key)).status).toBe(409);
    expect(await flow.eventsOf('once')).toHaveLength(1);
  });

  it('that is to be answered at once can be followed until it has ended', async () => {
    flow.sandbox.fail({ kind: 'delay', delayMs: 300, imageId: 'async' });
    const answered = await flow.process('async', example, { prefer: 'respond-async' });
    expect([answered.status, answered.headers.get('preference-applied')]).toEqual([202, 'respond-async']);
    const location = answered.headers.get('location') ?? '';
    const state = async () => ((await (await flow.fetch(location)).json()) as { state: string }).state;
    await expect.poll(state).toBe('succeeded');
  });
});

describe('a request on the queue', () => {
  it('ends in an outcome on the results queue', async () => {
    await queue('queued', example);
    const [event] = await flow.eventsOf('queued');
    expect(event).toMatchObject({
      type: 'reprocess.succeeded',
      data: {
        request: { source: 'sqs', image_id: 'queued', preferences: example },
        image: { image_id: 'queued' },
        attempts: 1,
      },
    });
    expect(event?.data.request).not.toHaveProperty('partner');
  });

  it('keeps its place among the requests of its image, in one batch or over many', async () => {
    const numbers = Array.from({ length: 25 }, (_, index) => index);
    for (let start = 0; start < 25; start += 10) {
      const Entries = numbers.slice(start, start + 10).map((n) => ({
        Id: String(n),
        MessageBody: JSON.stringify({ image_id: 'ordered', preferences: { n } }),
        MessageGroupId: 'ordered',
        MessageDeduplicationId: `ordered-${n}`,
      }));
      await flow.sqs.send(new SendMessageBatchCommand({ QueueUrl: flow.queueUrls.requests, Entries }));
    }
    const events = await flow.eventsOf('ordered', 25);
    expect(callsFor('ordered').map(({ body }) => JSON.parse(body).n)).toEqual(numbers);
    expect(events.map(({ data }) => (data.request as unknown as { preferences: { n: number } }).preferences.n)).toEqual(
      numbers,
    );
  });

  it('keeps its place beside those that came over HTTP', async () => {
    flow.sandbox.fail({ kind: 'delay', delayMs: 30, imageId: 'entry-points' });
    const sent: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      const preferences = { n };
      sent.push(JSON.stringify(preferences));
      if (n % 2 === 0) await queue('entry-points', preferences);
      else await flow.process('entry-points', preferences, { prefer: 'respond-async' });
    }
    await flow.eventsOf('entry-points', 12);
    expect(callsFor('entry-points').map(({ body }) => body)).toEqual(sent);
    expect(flow.sandbox.image('entry-points')).toMatchObject({ n: 11 });
  });

  it('is one request with its like under one id of its sender', async () => {
    await queue('same-id', example, 'order-7');
    await flow.eventsOf('same-id');
    // Another deduplication id, as when the sender repeats it after SQS's five minutes.
    const again = { QueueUrl: flow.queueUrls.requests, MessageGroupId: 'same-id' };
    const MessageBody = JSON.stringify({ image_id: 'same-id', preferences: example, request_id: 'order-7' });
    await flow.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: again.QueueUrl,
        Entries: [{ Id: '0', MessageGroupId: 'same-id', MessageBody, MessageDeduplicationId: 'later' }],
      }),
    );
    await queue('same-id', { marker: true });
    const events = await flow.eventsOf('same-id', 2);
    expect(events.at(-1)?.data.request).toMatchObject({ preferences: { marker: true } });
    expect(callsFor('same-id')).toHaveLength(2);
  });

  it('is carried out beside those of other images', async () => {
    flow.sandbox.fail({ kind: 'delay', delayMs: 4000, imageId: 'slow-one' });
    await queue('slow-one', example);
    await queue('quick-one', example);
    await flow.eventsOf('slow-one');
    const order = flow.events.map(({ subject }) => subject).filter((subject) => subject.endsWith('-one'));
    expect(order).toEqual(['quick-one', 'slow-one']);
  });
});

describe('each outcome', () => {
  it('is one log line, with what it takes to find it', async () => {
    await queue('logged', example);
    const [event] = await flow.eventsOf('logged');
    const lines = () =>
      flow.lines.filter((line) => line.includes('"image_id":"logged"')).map((line) => JSON.parse(line));
    // Written before the event was sent, and perhaps heard after it.
    await expect.poll(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        message: 'the request ended',
        stage: 'local',
        function: 'reprocess-worker',
        request_id: event?.data.request?.request_id,
        source: 'sqs',
        outcome: 'succeeded',
        attempt: 1,
        status: 200,
        trace_id: event?.traceparent?.split('-')[1],
        duration_ms: expect.any(Number),
        waiting_ms: expect.any(Number),
      }),
    ]);
  });
});

import { randomUUID } from 'node:crypto';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type HttpRequest as EndpointCall,
  type Transport,
  TransportFailed,
} from '../../../functions/adapters/autoenhance/http-request.ts';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { NOT_UTF_8 } from '../../../functions/lambda/http.ts';
import type { Runtime } from '../../../functions/runtime.ts';
import { aLease, aRequest, NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { answering, away, RECORD, startWebhook, TOKEN } from './support.ts';

let database: Awaited<ReturnType<typeof startLedgerTable>>;
let dynamo: Runtime['dynamo'];
let image: string;
let count = 0;
beforeAll(async () => {
  database = await startLedgerTable();
  dynamo = database.client.send.bind(database.client);
});
afterAll(() => database.stop());
beforeEach(() => {
  count += 1;
  image = `image-of-test-${count}`;
});

const processed = (more: object = {}) => ({
  event: 'image_processed',
  image_id: image,
  error: false,
  order_id: 'o-1',
  order_is_processing: false,
  ...more,
});

/** A request of the image that has succeeded, as its event shows it. */
async function aSucceededRequest(after = 0, preferences: Record<string, unknown> = { hdr: true }) {
  const clock = standingClock(NOON - 60_000 + after);
  const ledger = createLedger({ send: dynamo, table: 'ledger', clock, randomId: randomUUID });
  const limits = plentyOfTime(clock);
  const request = aRequest({
    imageId: image,
    source: 'http',
    partner: 'acme',
    acceptedAt: clock.now(),
    preferences: preferences as never,
  });
  await ledger.accept(request, limits);
  await ledger.claim(request, aLease(clock.now() + 1), limits);
  await ledger.record(
    request,
    { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: clock.now() },
    limits,
  );
  const shown = {
    request_id: request.requestId,
    image_id: image,
    preferences,
    partner: 'acme',
    source: 'http',
    accepted_at: new Date(clock.now()).toISOString(),
  };
  return { shown, find: () => ledger.find(request.requestId, limits) };
}

/** A request of the image that was claimed, and what records its outcome. */
async function aRequestUnderWay() {
  const clock = standingClock(NOON - 60_000);
  const ledger = createLedger({ send: dynamo, table: 'ledger', clock, randomId: randomUUID });
  const limits = plentyOfTime(clock);
  const request = aRequest({ imageId: image, source: 'http', partner: 'acme', acceptedAt: clock.now() });
  await ledger.accept(request, limits);
  await ledger.claim(request, aLease(clock.now() + 1), limits);
  const facts = { attempts: 1, warnings: [], at: clock.now() };
  return {
    requestId: request.requestId,
    record: () => ledger.record(request, { kind: 'succeeded', response: '{}', ...facts }, limits),
    find: () => ledger.find(request.requestId, limits),
  };
}

const saying = (error: unknown, type: string): [string, object, string, string] => [
  `the error ${JSON.stringify(error)}`,
  { error },
  type,
  'the-image',
];

describe('an event of the webhook', () => {
  it('of a finished image is published with the request it was for, the record, and whether they agree', async () => {
    const { shown, find } = await aSucceededRequest();
    const { call, sent, lines } = startWebhook({ dynamo });
    expect(await call(processed())).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(sent.map(({ groupId, event }) => [groupId, event])).toEqual([
      [
        image,
        {
          specversion: '1.0',
          id: expect.stringMatching(new RegExp(`^${shown.request_id}\\.image\\.processed\\.[0-9a-f]{16}$`)),
          type: 'image.processed',
          source: 'reprocess/test',
          subject: image,
          time: '2026-11-22T12:00:00.000Z',
          datacontenttype: 'application/json',
          data: { ...processed(), request: shown, image: RECORD, confirmed: true, warnings: [] },
        },
      ],
    ]);
    const verdict = { by: 'webhook', hasFailed: false, at: NOON, confirmed: true, status: 'processed' };
    const item = await find();
    expect([item?.completion, item?.lookAt]).toEqual([{ ...verdict, isAmbiguous: false }, undefined]);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: 'info',
        message: 'the end of an image was published',
        event_id: sent[0]?.event.id,
        type: 'image.processed',
        group: image,
        request_id: shown.request_id,
        confirmed: true,
      }),
    ]);
  });

  it('twice is published twice under one id, so that the queue and its consumer drop the twin', async () => {
    const { shown } = await aSucceededRequest();
    const { call, sent } = startWebhook({ dynamo });
    await call(processed());
    await call(processed());
    expect(sent.map(({ event }) => event.data.request)).toEqual([shown, shown]);
    expect(sent[1]?.event.id).toBe(sent[0]?.event.id);
  });

  it('has another id when it says something else: failed, unconfirmed, or with another reason', async () => {
    await aSucceededRequest();
    let record: object = { status: 'processed' };
    const transport: Transport = (given) => answering({ body: JSON.stringify(record) })(given);
    const { call, sent } = startWebhook({ dynamo, transport });
    await call(processed());
    await call(processed({ error: true }));
    for (record of [{ status: 'processing' }, { status: 'error' }, { status: 'error', status_reason: 'no exposure' }]) {
      await call(processed({ error: true }));
    }
    expect(new Set(sent.map(({ event }) => event.id)).size).toBe(5);
  });

  it('without a request has an id of its own each time', async () => {
    const { call, sent } = startWebhook({ dynamo });
    await call(processed());
    await call(processed());
    const ids = sent.map(({ event }) => event.id);
    expect(ids.map((id) => id.startsWith('random-'))).toEqual([true, true]);
    expect(new Set(ids).size).toBe(2);
  });

  it('before the outcome of its request is known is attributed to it, and looked for once that is started', async () => {
    const { requestId, record, find } = await aRequestUnderWay();
    const { call, sent } = startWebhook({ dynamo });
    await call(processed());
    // The record may be of the enhancement before.
    expect(sent[0]?.event.data).toMatchObject({ request: { request_id: requestId }, confirmed: null });
    expect(await find()).toMatchObject({ state: 'accepted', completion: { confirmed: null } });
    await record();
    expect(await find()).toMatchObject({ state: 'succeeded', lookAt: expect.any(Number) });
    await call(processed());
    const item = await find();
    expect([item?.completion?.confirmed, item?.lookAt]).toEqual([true, undefined]);
    expect(sent[1]?.event.data.confirmed).toBe(true);
  });

  it('whose request gets its outcome meanwhile is noted on it all the same, and looked for', async () => {
    const { requestId, record, find } = await aRequestUnderWay();
    let recorded: Promise<unknown> | undefined;
    const afterTheOutcome = (async (command: UpdateItemCommand, ...more: []) => {
      const isNote = command instanceof UpdateItemCommand && command.input.Key?.id?.S === requestId;
      if (isNote) recorded ??= record();
      await recorded;
      return dynamo(command, ...more);
    }) as Runtime['dynamo'];
    await startWebhook({ dynamo: afterTheOutcome }).call(processed());
    expect(recorded).toBeDefined();
    const unconfirmed = { state: 'succeeded', completion: { confirmed: null }, lookAt: expect.any(Number) };
    expect(await find()).toMatchObject(unconfirmed);
  });

  it('that says failed for the limit does not send a request again that is under way', async () => {
    await aRequestUnderWay();
    const record = { status: 'error', status_reason: 'Daily enhancement limit reached' };
    const { call, lines } = startWebhook({ dynamo, transport: answering({ body: JSON.stringify(record) }) });
    expect((await call(processed({ error: true }))).status).toBe(200);
    expect(lines.join()).not.toContain('SentAgain');
  });

  it('whose record shows no end leaves its request to be looked at', async () => {
    const { find } = await aSucceededRequest();
    const { call } = startWebhook({ dynamo, transport: answering({ body: '{"status":"processing"}' }) });
    await call(processed());
    expect(await find()).toMatchObject({ completion: { confirmed: null }, lookAt: NOON + 60_000 });
  });

  it('of an image with several open requests is noted on the newest, and said to be ambiguous', async () => {
    const older = await aSucceededRequest(0);
    const newer = await aSucceededRequest(1000);
    const { call, sent } = startWebhook({ dynamo });
    await call(processed());
    expect(sent[0]?.event.data.request).toEqual({ ...newer.shown, ambiguous: true });
    expect((await newer.find())?.completion).toMatchObject({ isAmbiguous: true });
    expect((await older.find())?.completion).toBeUndefined();
  });

  it('again, of several open requests, stays ambiguous until the endpoint says that the image is finished', async () => {
    await aSucceededRequest(0);
    const { shown, find } = await aSucceededRequest(1000);
    let status = 'processing';
    const transport: Transport = (given) => answering({ body: JSON.stringify({ status }) })(given);
    const { call, sent } = startWebhook({ dynamo, transport });
    await call(processed());
    await call(processed());
    expect((await find())?.completion).toMatchObject({ confirmed: null, isAmbiguous: true });
    status = 'processed';
    await call(processed());
    expect((await find())?.completion).toMatchObject({ confirmed: true, isAmbiguous: false });
    const doubtful = { ...shown, ambiguous: true };
    expect(sent.map(({ event }) => event.data.request)).toEqual([doubtful, doubtful, shown]);
  });

  it('again is as ambiguous as the completion that stands with the request', async () => {
    await aSucceededRequest(0);
    const { shown, find } = await aSucceededRequest(1000);
    const { call, sent } = startWebhook({ dynamo });
    await call(processed());
    await call(processed());
    expect((await find())?.completion).toMatchObject({ confirmed: true, isAmbiguous: true });
    const doubtful = { ...shown, ambiguous: true };
    expect(sent.map(({ event }) => event.data.request)).toEqual([doubtful, doubtful]);
  });

  it('late, of a request before the one that is being processed now, leaves that one in doubt', async () => {
    await aSucceededRequest(0);
    let status = 'processed';
    const transport: Transport = (given) => answering({ body: JSON.stringify({ status }) })(given);
    const { call, sent } = startWebhook({ dynamo, transport });
    await call(processed());
    const { shown, find } = await aSucceededRequest(1000);
    status = 'processing';
    await call(processed());
    expect(sent[1]?.event.data).toMatchObject({ request: { ...shown, ambiguous: true }, confirmed: null });
    expect((await find())?.completion).toMatchObject({ confirmed: null, isAmbiguous: true });
    status = 'processed';
    await call(processed());
    expect(sent[2]?.event.data).toMatchObject({ request: shown, confirmed: true });
    expect((await find())?.completion).toMatchObject({ confirmed: true, isAmbiguous: false });
  });

  it('of an image without a request is published too', async () => {
    const { call, sent } = startWebhook({ dynamo });
    await call(processed());
    expect(sent[0]?.event.data).toEqual({ ...processed(), image: RECORD, confirmed: true, warnings: [] });
  });

  it('keeps every digit, and cannot pass off what it brings as ours', async () => {
    const { call, sent } = startWebhook({ dynamo });
    await call(
      `{"event":"image_processed","image_id":"${image}","big":12345678901234567890,"request":1,"confirmed":7}`,
    );
    expect(sent[0]?.body).toContain('"big":12345678901234567890');
    expect(sent[0]?.event.data).toMatchObject({ confirmed: true });
    expect(sent[0]?.event.data).not.toHaveProperty('request');
  });

  it.each<[string, object, string, string]>([
    ['an error', { error: true }, 'image.failed', 'the-image'],
    ['no word about errors', { error: undefined }, 'image.processed', 'the-image'],
    ['null for the error', { error: null }, 'image.processed', 'the-image'],
    ...[false, 0, '', 'false', ' False '].map((error) => saying(error, 'image.processed')),
    ...['true', 'Out of credits', 1, -1, 0.5, 'null', '0', {}, [], [false]].map((error) =>
      saying(error, 'image.failed'),
    ),
    [
      'a UUID in capitals',
      { image_id: '123E4567-E89B-12D3-A456-426614174000' },
      'image.processed',
      '123e4567-e89b-12d3-a456-426614174000',
    ],
    ['no image', { image_id: undefined }, 'autoenhance.image_processed', 'image_processed'],
    ['an impossible image', { image_id: '../x' }, 'autoenhance.image_processed', 'image_processed'],
    ['a registered image', { event: 'image_registered' }, 'autoenhance.image_registered', 'the-image'],
    ['an event of the future', { event: 'Bild fertig' }, 'autoenhance.Bild_fertig', 'the-image'],
    ['an event that is none', { event: 7, image_id: 7 }, 'autoenhance.unnamed', 'unnamed'],
  ])('with %s', async (_, more, type, group) => {
    image = 'the-image';
    const { call, sent } = startWebhook({ dynamo });
    expect((await call(processed(more))).status).toBe(200);
    expect(sent.map(({ groupId, event }) => [event.type, groupId])).toEqual([[type, group]]);
    expect(sent[0]?.event.data).toMatchObject(JSON.parse(JSON.stringify(processed(more))));
  });

  it.each(['[{"event":"image_processed"}]', '"hello"', '7', 'null', '12345678901234567890'])(
    '%s, which is no object, is published as it is',
    async (body) => {
      const { call, sent } = startWebhook();
      expect((await call(body)).status).toBe(200);
      expect(sent[0]?.body).toContain(`"data":${body}}`);
      expect(sent[0]?.event.type).toBe('autoenhance.unnamed');
    },
  );

  it('behind a byte order mark is read all the same', async () => {
    const { call, sent } = startWebhook({ dynamo });
    for (const isBase64Encoded of [false, true]) {
      const body = `\uFEFF${JSON.stringify(processed())}`;
      const encoded = isBase64Encoded ? Buffer.from(body).toString('base64') : body;
      expect((await call(encoded, { isBase64Encoded })).status).toBe(200);
    }
    expect(sent.map(({ event }) => event.type)).toEqual(['image.processed', 'image.processed']);
  });

  it.each([['{"event":"webhook_updated"}'], [''], [' \n'], ['\uFEFF'], [undefined]])(
    '%j says that the settings were saved: it is logged, and nothing is published',
    async (body) => {
      const { call, sent, lines } = startWebhook();
      expect((await call(body)).status).toBe(200);
      expect(sent).toEqual([]);
      expect(lines.join()).toContain("the webhook's settings were saved, and its token is right");
    },
  );
});

describe('what the endpoint says itself', () => {
  it('is asked for once, with the API key', async () => {
    const calls: EndpointCall[] = [];
    const transport = async (call: EndpointCall) => {
      calls.push(call);
      return answering({ status: 500 })(call);
    };
    await startWebhook({ dynamo, transport }).call(processed({ image_id: 'a~b' }));
    expect(calls).toMatchObject([
      { method: 'GET', url: 'http://endpoint/v3/images/a~b', headers: { 'x-api-key': 'the-api-key' }, body: '' },
    ]);
    expect(calls[0]?.attemptTimeoutMs).toBeLessThanOrEqual(2000);
  });

  it.each<[boolean, string | null, boolean | null]>([
    [false, 'processed', true],
    [false, 'error', false],
    [false, 'processing', null],
    [true, 'error', true],
    [true, 'processed', false],
    [true, null, null],
  ])('error: %j, and the endpoint says %s: confirmed is %s', async (error, status, confirmed) => {
    const { find } = await aSucceededRequest();
    const record = { status, status_reason: status === 'error' ? 'Daily enhancement limit reached' : null };
    const { call, sent, lines } = startWebhook({ dynamo, transport: answering({ body: JSON.stringify(record) }) });
    await call(processed({ error }));
    expect(sent[0]?.event.data).toMatchObject({ image: record, confirmed, warnings: [] });
    expect((await find())?.completion).toMatchObject({ hasFailed: error, confirmed, ...(status && { status }) });
    const written = lines.join();
    expect(written.includes('"WebhookContradicted":1')).toBe(confirmed === false);
    expect(written.includes('"ImageFailed":1')).toBe(error || status === 'error');
  });

  it.each([
    ['a 404', { status: 404, body: '{}' }, 'the endpoint answered 404'],
    ['a 401', { status: 401, body: '{}' }, 'the endpoint answered 401'],
    ['a 503', { status: 503, body: '' }, 'the endpoint answered 503'],
    ['a redirect', { status: 302, headers: { location: 'http://elsewhere' } }, 'the endpoint answered 302'],
    ['a record that nests too deep', { body: `{"a":${'['.repeat(64)}${']'.repeat(64)}}` }, 'nested too deep'],
    ['HTML', { body: '<html>' }, 'not JSON'],
    ['a list', { body: '[]' }, 'not a JSON object'],
    ['half a record', { body: '{"a":1', truncated: true }, 'broke off'],
    ['a record of 256 KiB', { body: JSON.stringify({ scene: 'x'.repeat(256 * 1024) }) }, 'too long'],
  ])('%s leaves the record out of the event, which says so', async (_, response, reason) => {
    const { call, sent } = startWebhook({ dynamo, transport: answering(response) });
    expect((await call(processed())).status).toBe(200);
    const { image: record, confirmed, warnings } = sent[0]?.event.data ?? {};
    expect([record, confirmed, warnings]).toEqual([null, null, [expect.stringContaining(reason)]]);
  });

  it('is missing too where the connection fails', async () => {
    const transport = async () => {
      throw new TransportFailed('read ECONNRESET', { sent: true, timedOut: false });
    };
    const { call, sent } = startWebhook({ dynamo, transport });
    await call(processed());
    expect(sent[0]?.event.data.warnings).toEqual([expect.stringContaining('connection_lost')]);
  });
});

describe('while a part is away', () => {
  it('the ledger: the event goes out without its request, and says so', async () => {
    const { call, sent } = startWebhook({ dynamo: away });
    expect((await call(processed())).status).toBe(200);
    expect(sent[0]?.event.data).toEqual({
      ...processed(),
      image: RECORD,
      confirmed: true,
      warnings: ['the request that the image was finished for is not known: the ledger could not be used'],
    });
  });

  it('the ledger and the endpoint, which do not even respond: each is given up after two seconds', async () => {
    const steps: string[] = [];
    const never = (...given: readonly unknown[]) =>
      new Promise<never>((_, reject) => {
        steps.push('asked');
        const { abortSignal, signal } = {
          ...(given[0] as EndpointCall),
          ...(given[1] as { abortSignal: AbortSignal }),
        };
        (abortSignal ?? signal).addEventListener('abort', () => {
          steps.push('given up');
          reject(new Error('cut off'));
        });
      });
    const { call, sent, timeouts } = startWebhook({ dynamo: never as never, transport: never });
    expect((await call(processed())).status).toBe(200);
    // First the ledger, beside which the call is noted, then the endpoint; the last is the account's pause, which is read beside the
    // publishing.
    const ledger = ['asked', 'asked', 'given up', 'given up'];
    expect(steps).toEqual([...ledger, ...Array(2).fill(['asked', 'given up']).flat()]);
    expect(timeouts.toSorted()).toEqual([14_000, 1000, 2000, 2000, 5000, 2000].toSorted());
    expect(sent[0]?.event.data.warnings).toHaveLength(2);
  });

  it('SQS: it is answered 503, and the same call again is published', async () => {
    let isAway = true;
    const sqs = async () => {
      if (isAway) throw new Error('connect ECONNREFUSED');
    };
    const { shown, find } = await aSucceededRequest();
    const { call, sent } = startWebhook({ dynamo, sqs });
    const refused = await call(processed());
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    // Autoenhance may not call again: then the sweep publishes it.
    expect(await find()).toMatchObject({ completion: { confirmed: true }, lookAt: NOON });
    isAway = false;
    expect((await call(processed())).status).toBe(200);
    expect(sent.map(({ event }) => event.data.request)).toEqual([shown]);
  });

  it('SQS for this one event: it is answered 503, and the same call again is published', async () => {
    let failed: readonly object[] = [{ Id: '0', Code: 'InternalError', Message: 'try again', SenderFault: false }];
    const { shown } = await aSucceededRequest();
    const { call, sent } = startWebhook({ dynamo, sqs: async () => ({ Failed: failed }) });
    expect((await call(processed())).status).toBe(503);
    failed = [];
    expect((await call(processed())).status).toBe(200);
    expect(sent.map(({ event }) => event.data.request)).toEqual([shown]);
  });

  it('SQS, which does not respond: it is answered 503 before the function times out', async () => {
    const sqs = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        const cutOff = () => reject(new Error('cut off'));
        // On a busy machine its time may be over before it is called.
        if (signal.aborted) cutOff();
        signal.addEventListener('abort', cutOff);
      });
    const { call } = startWebhook({ dynamo, sqs, remainingMs: 1200 });
    expect((await call(processed())).status).toBe(503);
  });

  it('Secrets Manager, before a token was ever read: it is answered 503', async () => {
    const { call, sent } = startWebhook({ secret: () => undefined });
    expect((await call(processed())).status).toBe(503);
    expect(sent).toEqual([]);
  });

  it('Secrets Manager, afterwards: the token that was read is good', async () => {
    let text: string | undefined = TOKEN;
    const { call } = startWebhook({ dynamo, secret: () => text });
    expect((await call('')).status).toBe(200);
    text = undefined;
    expect((await call('')).status).toBe(200);
    expect((await call('', { headers: { authentication: 'other' } })).status).toBe(401);
    expect((await call('')).status).toBe(200);
  });
});

describe('a call is let in', () => {
  it.each([
    [{ authentication: TOKEN }],
    [{ authorization: TOKEN }],
    [{ authentication: `Bearer ${TOKEN}` }],
    [{ authorization: `bearer  ${TOKEN}` }],
    [{ authentication: 'other', authorization: TOKEN }],
    [{ authentication: TOKEN, authorization: 'Basic b3RoZXI=' }],
    [{ authorization: `BEARER ${TOKEN}` }],
  ])('with %j', async (headers) => {
    expect((await startWebhook().call('', { headers })).status).toBe(200);
  });

  it('with the previous token while it is being changed, and with a new one at once', async () => {
    let text = '{"token":"new","previousToken":"old"}';
    const { call } = startWebhook({ secret: () => text });
    for (const authentication of ['new', 'old']) {
      expect((await call('', { headers: { authentication } })).status).toBe(200);
    }
    text = 'newest';
    expect((await call('', { headers: { authentication: 'newest' } })).status).toBe(200);
    expect((await call('', { headers: { authentication: 'old' } })).status).toBe(401);
  });
});

describe('a call is refused', () => {
  it('from when its token was taken out of the secret, at the latest after five minutes', async () => {
    let text = TOKEN;
    const { call, advance, lines } = startWebhook({ secret: () => text });
    expect((await call('')).status).toBe(200);
    text = '{}';
    advance(5 * 60_000 - 1);
    expect((await call('')).status).toBe(200);
    advance(1);
    expect((await call('')).status).toBe(401);
    expect((await call('')).status).toBe(401);
    expect(lines.join()).toContain('was never filled');
    text = TOKEN;
    advance(5000);
    expect((await call('')).status).toBe(200);
  });

  it('for its own flaw alone: a secret that cannot be understood leaves the token good that was read before', async () => {
    let text = TOKEN;
    const { call, advance } = startWebhook({ secret: () => text });
    for (text of [TOKEN, '{"token":', 'two words', '{"token":"new","previousToken":""}']) {
      expect((await call('')).status).toBe(200);
      advance(5 * 60_000);
    }
  });

  it.each([
    [{}, 'it has no token', 'WebhookWithoutToken'],
    [{ authentication: '' }, 'its token is wrong', 'WebhookRefused'],
    [{ authentication: 'other' }, 'its token is wrong', 'WebhookRefused'],
    [{ authentication: TOKEN.slice(0, -1) }, 'its token is wrong', 'WebhookRefused'],
    [{ authentication: `${TOKEN} ${TOKEN}` }, 'its token is wrong', 'WebhookRefused'],
    [{ authorization: `Basic ${TOKEN}` }, 'its token is wrong', 'WebhookRefused'],
    [{ authorization: 'Bearer' }, 'its token is wrong', 'WebhookRefused'],
    [{ authentication: `${TOKEN}\u00e9` }, 'its token is wrong', 'WebhookRefused'],
    [{ authentication: `${TOKEN.slice(0, -1)}\n` }, 'its token is wrong', 'WebhookRefused'],
    [{ authentication: TOKEN.slice(0, 9), authorization: TOKEN.slice(9) }, 'its token is wrong', 'WebhookRefused'],
    [{ 'x-api-key': TOKEN }, 'it has no token', 'WebhookWithoutToken'],
  ])('with %j, counted, and told nothing', async (headers, reason, metric) => {
    const { call, sent, lines } = startWebhook();
    const refused = await call(processed(), { headers });
    expect(refused).toMatchObject({ status: 401 });
    expect(refused.body).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'the call is not authorized',
    });
    expect(sent).toEqual([]);
    const counted = lines.map((line) => JSON.parse(line)).find((line) => '_aws' in line);
    expect(counted._aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: metric, Unit: 'Count' }]);
    expect(counted[metric]).toBe(1);
    expect(lines.join()).toContain(reason);
    expect(lines.join()).not.toContain(TOKEN.slice(0, -1));
  });

  it.each([[''], ['{}'], ['{"token":""}']])('where the secret is %j: the log says what to do', async (secret) => {
    const { call, lines } = startWebhook({ secret: () => secret });
    for (const authentication of ['', '{}', 'any']) {
      expect((await call('', { headers: { authentication } })).status).toBe(401);
    }
    const command = 'aws secretsmanager put-secret-value --secret-id the/webhook-token --secret-string';
    expect(lines.join()).toContain(command);
  });

  it.each<[string, string, number, string, boolean?]>([
    ['text', 'hello', 400, 'the body must be JSON, got "hello"'],
    ['half an object', '{"event":', 400, 'the body must be JSON, got "{\\"event\\":"'],
    ['a deep nest', '['.repeat(65) + ']'.repeat(65), 400, 'JSON may nest at most 64 levels deep'],
    ['more than 64 KiB', JSON.stringify('x'.repeat(65_535)), 413, 'the body must be at most 65536 bytes, got 65537'],
    ['that in Base64', Buffer.from(JSON.stringify('x'.repeat(65_535))).toString('base64'), 413, 'got 65537', true],
  ])('with %s', async (_, body, status, detail, isBase64Encoded = false) => {
    const { call, sent } = startWebhook();
    const refused = await call(body, { isBase64Encoded });
    expect([refused.status, refused.body.detail]).toEqual([status, expect.stringContaining(detail)]);
    expect(sent).toEqual([]);
  });

  it.each([false, true])('with one byte over 64 KiB, and not before (in Base64: %s)', async (isBase64Encoded) => {
    const { call, sent } = startWebhook();
    const encoded = (text: string) => (isBase64Encoded ? Buffer.from(text).toString('base64') : text);
    const longest = JSON.stringify('é'.repeat(32_767));
    expect(Buffer.byteLength(longest)).toBe(65_536);
    expect((await call(encoded(longest), { isBase64Encoded })).status).toBe(200);
    expect((await call(encoded(`${longest} `), { isBase64Encoded })).status).toBe(413);
    expect(sent).toHaveLength(1);
  });

  it('with bytes that are no UTF-8, by their own number', async () => {
    const { call } = startWebhook();
    const bytes = (count: number) => Buffer.alloc(count, 0xff).toString('base64');
    const answers = [
      await call(bytes(65_536), { isBase64Encoded: true }),
      await call(bytes(65_537), { isBase64Encoded: true }),
    ];
    expect(answers.map(({ status, body }) => [status, body.detail])).toEqual([
      [400, NOT_UTF_8],
      [413, 'the body must be at most 65536 bytes, got 65537'],
    ]);
  });

  it.each([
    ['with U+FFFD in it', JSON.stringify({ event: 'caf\uFFFD' }), {}, 400],
    ['of another length than it came with', JSON.stringify({ event: 'caf\u00e9' }), { 'content-length': '16' }, 400],
    ['that is compressed', '\u001f', { 'content-encoding': 'gzip' }, 415],
  ])('with text %s', async (_, body, headers, status) => {
    const { call, sent } = startWebhook();
    expect((await call(body, { headers: { authentication: TOKEN, ...headers } })).status).toBe(status);
    expect(sent).toEqual([]);
  });

  it('with a long body only after its token was looked at', async () => {
    expect((await startWebhook().call('x'.repeat(70_000), { headers: {} })).status).toBe(401);
  });
});

it('the longest body, request and record together fit one message, also of characters that have to be escaped', async () => {
  const filled = (bytes: number) => '\uffff'.repeat(bytes / 3);
  await aSucceededRequest(0, { metadata: { note: filled(64_000) } });
  const body = JSON.stringify(processed({ note: filled(64_000) }));
  const transport = answering({ body: JSON.stringify({ scene: filled(255 * 1024) }) });
  const { call, sent } = startWebhook({ dynamo, transport });
  expect((await call(body)).status).toBe(200);
  expect(Buffer.byteLength(sent[0]?.body ?? '')).toBeGreaterThan(700_000);
  expect(sent[0]?.event.data.image.scene).toBe(filled(255 * 1024));
});

import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CALLBACK_EVENTS } from '../../../functions/core/callback/callback.ts';
import { messageIdOf } from '../../../functions/core/callback/delivery.ts';
import { foundVerdict, unknownVerdict } from '../../../functions/core/completion/completion.ts';
import { completionEventId } from '../../../functions/core/completion/completion-event-id.ts';
import { OPERATOR, startCallbackBench } from '../../support/callback-bench.ts';
import { startReceiver } from '../../support/callback-receiver.ts';

let bench: Awaited<ReturnType<typeof startCallbackBench>>;
beforeAll(async () => {
  bench = await startCallbackBench();
});
afterAll(() => bench.stop());
afterEach(() => bench.clear());

const PATH = '/v3/callback';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function start() {
  const receiver = await startReceiver();
  onTestFinished(receiver.stop);
  return { receiver, ...bench.start() };
}

describe('PUT /v3/callback', () => {
  it('sends a signed test first, sets the callback, and shows its secret this once', async () => {
    const { receiver, call, clock } = await start();
    const { status, body } = await call({ method: 'PUT', path: PATH, body: { url: receiver.url } });
    const setAt = clock.now();
    expect([status, body.url, body.events, body.state]).toEqual([201, receiver.url, [...CALLBACK_EVENTS], 'active']);
    expect(receiver.received.map(({ event }) => event.type)).toEqual(['callback.test']);
    receiver.trust(body.secret);
    expect((await call({ method: 'POST', path: `${PATH}/test` })).body).toMatchObject({ delivered: true, status: 204 });
    clock.set(setAt + MINUTE);
    const again = await call({ method: 'PUT', path: PATH, body: { url: receiver.url, events: ['batch.finished'] } });
    expect(again.body).toMatchObject({
      created_at: new Date(setAt).toISOString(),
      updated_at: new Date(setAt + MINUTE).toISOString(),
    });
    expect([again.status, again.body.secret, again.body.events]).toEqual([200, undefined, ['batch.finished']]);
    expect((await call({ path: PATH })).body).toEqual(again.body);
    expect(JSON.stringify(again.body)).not.toContain('whsec_');
  });

  it('tells a receiver that checks signatures the secret with the refusal, and it stays the same', async () => {
    const { receiver, call } = await start();
    receiver.trust(`whsec_${Buffer.alloc(32).toString('base64')}`);
    const put = () => call({ method: 'PUT', path: PATH, body: { url: receiver.url } });
    const first = await put();
    expect(first).toMatchObject({
      status: 422,
      body: { code: 'callback_test_failed', test: { status: 401, response: 'wrong signature' } },
    });
    expect((await call({ path: PATH })).status).toBe(404);
    receiver.trust(first.body.secret);
    const second = await put();
    expect([second.status, second.body.secret]).toEqual([201, first.body.secret]);
  });

  it('speaks of no signature where the receiver was not reached, and says of a 410 no more than is so', async () => {
    const { receiver, call, aim } = await start();
    const put = (url: string) => call({ method: 'PUT', path: PATH, body: { url } });
    expect((await put('http://127.0.0.1:9/hook')).body.detail).not.toContain('signature');
    await aim(receiver.url);
    receiver.behave(() => ({ status: 410 }));
    const { body } = await call({ method: 'POST', path: `${PATH}/test` });
    expect(body).toMatchObject({ delivered: false, status: 410, error: 'the receiver answered 410' });
    expect((await call({ path: PATH })).status).toBe(200);
  });

  it('changes nothing when the test of a new URL fails, and shows no secret then', async () => {
    const { receiver, call, aim } = await start();
    await aim(receiver.url);
    const before = await call({ path: PATH });
    receiver.behave(() => ({ status: 302, headers: { location: '/' } }));
    const { status, body } = await call({ method: 'PUT', path: PATH, body: { url: `${receiver.url}/new` } });
    expect([status, body.detail, body.secret]).toEqual([
      422,
      'the callback is not set, since its test failed: the receiver answered 302: redirects are not followed',
      undefined,
    ]);
    expect(await call({ path: PATH })).toEqual(before);
  });

  it.each<[unknown, number, string]>([
    ['', 400, 'the body must be JSON'],
    ['[]', 422, 'must be a JSON object with url, got an empty array'],
    [{}, 422, 'url must be an https URL of at most 2048 characters, got nothing'],
    [{ url: 'https://acme.example', event: ['x'] }, 422, 'may have url and events, got also "event"'],
    [{ url: 'https://acme.example', events: [] }, 422, 'events must be a list of at least one of reprocess.succeeded'],
    [{ url: 'https://acme.example', events: ['done'] }, 422, 'got "done"'],
    [{ url: 'https://acme.example', events: 'batch.finished' }, 422, 'got "batch.finished"'],
    [{ url: 'https://me:pass@acme.example' }, 422, 'url must have no user name and no password'],
    ['x'.repeat(17_000), 413, 'at most 16384 bytes'],
  ])('refuses %j with %i and says why', async (body, status, detail) => {
    const { call } = bench.start();
    const answer = await call({ method: 'PUT', path: PATH, body });
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(detail)]);
  });
});

describe('a callback', () => {
  it('is its partner’s own; an operator names whose', async () => {
    const { receiver, call, aim } = await start();
    await aim(receiver.url);
    expect((await call({ path: PATH }, 'other')).status).toBe(404);
    expect(await call({ path: PATH, query: { partner: 'acme' } }, 'other')).toMatchObject({
      status: 400,
      body: { detail: 'partner must be other or be left out, got "acme": a callback is one\'s own' },
    });
    expect((await call({ path: PATH, query: { partner: 'acme' } }, OPERATOR)).body.partner).toBe('acme');
    expect((await call({ path: PATH }, OPERATOR)).status).toBe(400);
  });

  const UNKNOWN = { status: 404, body: { detail: 'there is no partner acne: GET /v3/partners lists them' } };

  it.each([
    ['PUT', ''],
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/test'],
    ['POST', '/rotate'],
    ['GET', '/deliveries'],
  ])('is that of nobody where an operator misspells a partner: %s /v3/callback%s', async (method, path) => {
    const { receiver, call } = await start();
    const body = method === 'PUT' ? { url: receiver.url } : undefined;
    expect(await call({ method, path: `${PATH}${path}`, query: { partner: 'acne' }, body }, OPERATOR)).toMatchObject(
      UNKNOWN,
    );
    expect(receiver.received).toEqual([]);
  });

  it('of a partner whose keys were withdrawn can be read and removed, and nothing else', async () => {
    const { receiver, call, aim, clock, secrets } = await start();
    await aim(receiver.url, 'other');
    const { other: _, ...rest } = JSON.parse(secrets.keys);
    secrets.keys = JSON.stringify(rest);
    clock.set(clock.now() + MINUTE);
    const ofOther = (method: string, path = '', body?: object) =>
      call({ method, path: `${PATH}${path}`, query: { partner: 'other' }, body }, OPERATOR);
    expect((await ofOther('PUT', '', { url: receiver.url })).status).toBe(404);
    expect((await ofOther('POST', '/rotate')).status).toBe(404);
    expect((await ofOther('GET')).body.url).toBe(receiver.url);
    expect((await ofOther('GET', '/deliveries')).status).toBe(200);
    expect((await ofOther('DELETE')).status).toBe(204);
    expect((await ofOther('DELETE')).status).toBe(404);
  });

  it('that is not there is removed all the same', async () => {
    const { call } = bench.start();
    expect((await call({ method: 'DELETE', path: PATH, query: { partner: 'acme' } }, OPERATOR)).status).toBe(204);
  });

  it('that is removed is gone with its secrets', async () => {
    const { receiver, call, aim } = await start();
    const secret = await aim(receiver.url);
    expect(await call({ method: 'DELETE', path: PATH })).toMatchObject({ status: 204, body: undefined });
    for (const [method, path] of [
      ['GET', PATH],
      ['POST', `${PATH}/test`],
      ['POST', `${PATH}/rotate`],
    ] as const) {
      expect((await call({ method, path })).status).toBe(404);
    }
    expect(await aim(receiver.url)).not.toBe(secret);
  });

  it('has old and new secrets sign for a day after a rotation', async () => {
    const { receiver, call, aim, clock } = await start();
    const old = await aim(receiver.url);
    const madeAt = clock.now();
    clock.set(madeAt + MINUTE);
    const rotated = await call({ method: 'POST', path: `${PATH}/rotate` });
    const time = (ms: number) => new Date(madeAt + ms).toISOString();
    expect([rotated.status, rotated.body.secrets]).toEqual([
      200,
      [
        { created_at: time(MINUTE), expires_at: null },
        { created_at: time(0), expires_at: time(MINUTE + 24 * HOUR) },
      ],
    ]);
    const isTaken = async (secret: string) => {
      receiver.trust(secret);
      return (await call({ method: 'POST', path: `${PATH}/test` })).body.delivered;
    };
    expect([await isTaken(old), await isTaken(rotated.body.secret)]).toEqual([true, true]);
    clock.set(clock.now() + 25 * HOUR);
    expect((await call({ path: PATH })).body.secrets).toHaveLength(1);
  });

  it('has four secrets at most', async () => {
    const { receiver, call, aim } = await start();
    await aim(receiver.url);
    const rotate = () => call({ method: 'POST', path: `${PATH}/rotate` });
    for (let each = 0; each < 3; each += 1) expect((await rotate()).status).toBe(200);
    expect(await rotate()).toMatchObject({ status: 409, body: { code: 'too_many_secrets' } });
  });

  it('whose test is answered with an error is not delivered', async () => {
    const { receiver, call, aim } = await start();
    await aim(receiver.url);
    receiver.behave(() => ({ status: 500, body: 'oh' }));
    expect((await call({ method: 'POST', path: `${PATH}/test` })).body).toMatchObject({
      ...{ delivered: false, status: 500, response: 'oh', error: 'the receiver answered 500' },
    });
  });

  it('is for each event once, in one order, however they are named', async () => {
    const { receiver, call } = await start();
    const events = ['batch.finished', 'reprocess.failed', 'batch.finished'];
    const { body } = await call({ method: 'PUT', path: PATH, body: { url: receiver.url, events } });
    expect(body.events).toEqual(['reprocess.failed', 'batch.finished']);
  });

  it('whose test fails says what came back, and stays as it is', async () => {
    const { receiver, call, aim } = await start();
    await aim(receiver.url);
    receiver.behave(() => 'hang_up');
    expect(await call({ method: 'POST', path: `${PATH}/test` })).toMatchObject({
      status: 200,
      body: { delivered: false, status: null, error: 'the receiver closed the connection without an answer' },
    });
    expect((await call({ path: PATH })).body.state).toBe('active');
  });
});

describe('the delivery log', () => {
  it('shows what was delivered and what waits, newest first and paged, and only to its partner', async () => {
    const { receiver, call, aim, deliver, messageFor, clock } = await start();
    await aim(receiver.url);
    receiver.behave(({ event }) => ({ status: event.subject === 'bad' ? 500 : 200, body: 'oh' }));
    await deliver(messageFor('good'));
    clock.set(clock.now() + 1000);
    const bad = messageFor('bad');
    await deliver(bad);
    const { body } = await call({ path: `${PATH}/deliveries`, query: { limit: '1' } });
    expect(Date.parse(body.deliveries[0].next_attempt_at)).toBeGreaterThan(clock.now());
    const at = new Date(clock.now()).toISOString();
    expect(body.deliveries).toMatchObject([
      {
        id: bad.id,
        event_id: bad.eventId,
        type: bad.type,
        subject: 'bad',
        time: new Date(bad.at).toISOString(),
        state: 'waiting',
        attempts: 1,
        next_attempt_at: expect.any(String),
        last_attempts: [{ at, status: 500, error: 'the receiver answered 500', response: 'oh' }],
      },
    ]);
    const next = await call({ path: `${PATH}/deliveries`, query: { cursor: body.next_cursor } });
    expect(next.body).toMatchObject({ deliveries: [{ subject: 'good', state: 'delivered' }], next_cursor: null });
    // What a receiver says when all is well is kept nowhere.
    expect(next.body.deliveries[0].last_attempts).toEqual([
      { at: expect.any(String), duration_ms: expect.any(Number), status: 200, error: null },
    ]);
    expect((await call({ path: `${PATH}/deliveries` }, 'other')).body.deliveries).toEqual([]);
    expect((await call({ path: `${PATH}/deliveries`, query: { cursor: 'x' } })).status).toBe(400);
  });

  it('shows what was told of one request, newest first, and only to its partner', async () => {
    const { receiver, call, aim, deliver, messageFor, accept, clock } = await start();
    await aim(receiver.url);
    const at = clock.now();
    const [verdict, corrected] = [unknownVerdict(null, at + 1), foundVerdict({ status: 'processed' }, at + 2, true)];
    const requestId = await accept({ at, verdict: corrected });
    const told = [
      [`${requestId}.succeeded`, at],
      [completionEventId(requestId, verdict), at + 1],
      [completionEventId(requestId, corrected), at + 2],
      ['http:another.succeeded', at + 3],
    ] as const;
    for (const [eventId, time] of told) {
      await deliver(messageFor('house', { eventId, id: messageIdOf('acme', eventId), at: time }));
    }
    const read = async (query: object, name?: string) =>
      (
        await call({ path: `${PATH}/deliveries`, query: { request_id: requestId, ...query } }, name)
      ).body.deliveries.map(({ event_id }: { readonly event_id: string }) => event_id);
    const both = [completionEventId(requestId, corrected), `${requestId}.succeeded`];
    expect(await read({})).toEqual(both);
    expect(await read({ partner: 'acme' }, OPERATOR)).toEqual(both);
    expect(await read({}, 'other')).toEqual([]);
    expect(await read({ request_id: `http:${'0'.repeat(64)}` })).toEqual([]);
    const wrong = await call({ path: `${PATH}/deliveries`, query: { request_id: `sqs:${'0'.repeat(64)}` } });
    expect([wrong.status, wrong.body.detail]).toEqual([400, expect.stringContaining('no other request has callbacks')]);
  });

  it('has one sent once more under the same id, and what was waiting is not sent again', async () => {
    const { receiver, call, aim, deliver, messageFor } = await start();
    await aim(receiver.url);
    receiver.behave(() => ({ status: 500 }));
    const message = messageFor('house');
    expect(await deliver(message)).toEqual(['house']);
    const resend = (id: string, name?: string) =>
      call({ method: 'POST', path: `${PATH}/deliveries/${id}/resend` }, name);
    const [{ next_attempt_at }] = (await call({ path: `${PATH}/deliveries` })).body.deliveries;
    expect((await resend(message.id)).body).toMatchObject({ state: 'waiting', attempts: 2, next_attempt_at });
    receiver.behave(() => ({ status: 200 }));
    expect((await resend(message.id)).body).toMatchObject({ state: 'delivered', attempts: 3, next_attempt_at: null });
    expect(await deliver(message)).toEqual([]);
    expect(receiver.received.filter(({ id }) => id === message.id)).toHaveLength(1);
    await aim(receiver.url, 'other');
    expect((await resend(message.id, 'other')).status).toBe(404);
    // Longer than any key of DynamoDB's.
    for (const id of ['msg_unknown', 'x'.repeat(3000)]) expect((await resend(id)).status).toBe(404);
  });
});

describe('GET /v3/partners', () => {
  const partners = (call: (request: { path: string }, name: string) => Promise<{ status: number; body: unknown }>) =>
    call({ path: '/v3/partners' }, OPERATOR);

  it('shows an operator everybody who may call, their limits, and how their callbacks do', async () => {
    const { receiver, call, aim, deliver, messageFor, clock } = await start();
    await aim(receiver.url, 'acme', { events: ['reprocess.succeeded'] });
    const [setAt, later] = [clock.now(), clock.now() + HOUR];
    await deliver(messageFor('good'));
    receiver.behave(() => ({ status: 500 }));
    clock.set(later);
    await deliver(messageFor('bad'));
    await deliver(messageFor('worse'));
    const usual = { calls_per_second: 1000, burst: 10_000, batches_per_day: 1 };
    expect(await partners(call)).toMatchObject({
      status: 200,
      body: {
        partners: [
          {
            partner: 'acme',
            role: 'partner',
            limits: usual,
            callback: {
              host: new URL(receiver.url).host,
              events: ['reprocess.succeeded'],
              state: 'active',
              paused: null,
              failing_since: new Date(later).toISOString(),
              recent: {
                deliveries: 3,
                failing: 2,
                given_up: 0,
                delivered_at: new Date(setAt).toISOString(),
                failed_at: new Date(later).toISOString(),
              },
            },
          },
          { partner: OPERATOR, role: 'operator', limits: null, callback: null },
          { partner: 'other', role: 'partner', limits: { ...usual, batches_per_day: 7 }, callback: null },
        ],
      },
    });
  });

  it('shows no secret, no key, and nothing of a URL but its host', async () => {
    const { receiver, call, aim } = await start();
    await aim(`${receiver.url}/a-secret-path?token=secret`);
    const { body } = await partners(call);
    expect(JSON.stringify(body)).not.toMatch(/whsec_|secret|sha256|[0-9a-f]{32}/);
  });

  it('is for operators', async () => {
    expect(await bench.start().call({ path: '/v3/partners' })).toMatchObject({
      status: 403,
      body: { detail: 'only a key with the role operator may see the partners' },
    });
  });
});

it('what is read has an ETag, and is answered 304 while it stays the same', async () => {
  const { receiver, call, aim } = await start();
  await aim(receiver.url);
  for (const [path, name] of [
    [PATH, 'acme'],
    [`${PATH}/deliveries`, 'acme'],
    ['/v3/partners', OPERATOR],
  ] as const) {
    const { etag = '' } = (await call({ path }, name)).headers;
    expect(await call({ path, headers: { 'if-none-match': etag } }, name)).toMatchObject({ status: 304 });
  }
});

it('a parameter that the route does not know is refused', async () => {
  const { status, body } = await bench.start().call({ path: PATH, query: { partners: 'acme' } });
  expect([status, body.detail]).toEqual([400, expect.stringContaining('did you mean partner?')]);
});

it('another route below /v3/callback is a 404 that names those that there are', async () => {
  const { call } = bench.start();
  expect(await call({ method: 'POST', path: '/v3/callback/pause' })).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining('POST /v3/callback/test') },
  });
});

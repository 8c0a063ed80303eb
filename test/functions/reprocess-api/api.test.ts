import { createHash, randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBudgetStore } from '../../../functions/adapters/ledger/account/budget.ts';
import { createPauseStore } from '../../../functions/adapters/ledger/account/pause.ts';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { createListOfImage } from '../../../functions/adapters/ledger/requests/list-requests.ts';
import { createRequestLists } from '../../../functions/adapters/ledger/requests/request-lists.ts';
import { createAccountState } from '../../../functions/core/budget/account-state.ts';
import { DependencyUnavailable } from '../../../functions/core/errors.ts';
import { failure } from '../../../functions/core/outcome/failure.ts';
import type { FailureCode, Outcome } from '../../../functions/core/outcome/outcome.ts';
import { findKey, parsePartnerKeys } from '../../../functions/core/partner-keys.ts';
import type { Ledger } from '../../../functions/core/ports.ts';
import { createRecently } from '../../../functions/core/recently.ts';
import { createAcceptRequest } from '../../../functions/core/request/accept-request.ts';
import type { ReprocessRequest } from '../../../functions/core/request/reprocess-request.ts';
import type { ListOfImage } from '../../../functions/core/request/request-lists.ts';
import { createRetryRequest } from '../../../functions/core/request/retry-request.ts';
import { type HttpResponse, NOT_UTF_8 } from '../../../functions/lambda/http.ts';
import { partnerAuthentication } from '../../../functions/lambda/partner-authentication.ts';
import { problemDetails } from '../../../functions/lambda/problem-details.ts';
import { createApiHandler } from '../../../functions/reprocess-api/handler.ts';
import { retryAdvice } from '../../../functions/reprocess-api/retry-advice.ts';
import { routeOf } from '../../../functions/reprocess-api/routes.ts';
import { expectAnswered } from '../../support/contract.ts';
import { aLease, listeningLogger, NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';
import { type HttpRequest, httpEvent } from '../../support/http-event.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { lambdaContext } from '../../support/sqs-event.ts';

let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const secret = {
  acme: { keys: [{ sha256: sha256('acme-key') }] },
  other: { keys: [{ sha256: sha256('other-key') }] },
  patient: { wait: 20, on_timeout: 504, keys: [{ sha256: sha256('patient-key') }] },
  boss: { role: 'operator', keys: [{ sha256: sha256('boss-key') }] },
  hasty: { wait: 0, keys: [{ sha256: sha256('hasty-key') }] },
};
const partnerKeys = parsePartnerKeys(JSON.stringify(secret));

type Worker = (request: ReprocessRequest, ledger: Ledger) => Promise<unknown> | undefined;

let ids = 0;
let image: string;
beforeEach(() => {
  ids += 1;
  image = `flat-${ids}`;
});

/** The account as the ledger has it, in a window of its own. */
function openAccount(clock: ReturnType<typeof standingClock>, limit: number | null) {
  const client = { send: database.client.send.bind(database.client), table: database.table, clock };
  const budgets = createBudgetStore({ ...client, randomId: randomUUID });
  const pauses = createPauseStore(client);
  const settings = { limit, reset: { minute: ids, zone: 'UTC' }, interactiveShare: 0.1 };
  const account = createAccountState({ budgets, pauses, settings, clock });
  const recentPause = createRecently(account.pause, 5000, clock);
  return { account, recentPause, budgets, pauses, waiting: async () => 7 };
}

/** The entry point over the real ledger; what the worker would do with a queued request is an argument. */
function openApi(
  work: Worker = () => undefined,
  changed: (real: Ledger) => Partial<Ledger & { readonly listOfImage: ListOfImage }> = () => ({}),
  isBacklogged = false,
  traceHeader: () => string | undefined = () => undefined,
  limit: number | null = null,
) {
  const clock = standingClock();
  const table = { send: database.client.send.bind(database.client), table: database.table, clock };
  const real = createLedger({ ...table, randomId: randomUUID });
  const { listOfImage = createListOfImage(table), ...rest } = changed(real);
  const ledger = { ...real, ...rest };
  const log = listeningLogger();
  const queued: ReprocessRequest[] = [];
  const queue = {
    async send(request: ReprocessRequest) {
      queued.push(request);
      await work(request, real);
    },
  };
  const acceptRequest = createAcceptRequest({ ledger, queue, clock, log, isBacklogged: async () => isBacklogged });
  const account = openAccount(clock, limit);
  const lists = createRequestLists(table);
  const api = createApiHandler({
    acceptRequest,
    retryRequest: createRetryRequest({ ledger, lists, acceptRequest, clock }),
    lists,
    listOfImage,
    owners: async () => [undefined, 'acme', 'other'],
    ledger,
    clock,
    randomId: () => `random-${ids++}`,
    traceHeader,
    requestCounts: async () => ({ visible: 7, hidden: 0 }),
    deadLetterCounts: async () => ({ visible: 0, hidden: 0 }),
    webhookSeen: { read: async () => undefined },
    version: '1.2.3',
    ...account,
  });
  const authenticate = async (key: string) => findKey(partnerKeys, key, clock.now())?.partner;
  const handler = middy(api)
    .use(problemDetails({ log, metrics: { count() {}, flush() {} } }, retryAdvice))
    .use(partnerAuthentication({ authenticate, sessions: undefined, routeOf }));
  const call = async ({ headers, ...rest }: HttpRequest) => {
    const event = httpEvent({ ...rest, headers: { 'x-api-key': 'acme-key', ...headers } });
    const response = (await handler(event, lambdaContext())) as HttpResponse;
    const { method = 'GET', path = '/' } = rest;
    const { statusCode: status, headers: given, body = '' } = response;
    expectAnswered({ method, path, status, headers: given, body });
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body ?? '',
      body: JSON.parse(response.body ?? ''),
    };
  };
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    call({ method: 'POST', path: `/v3/images/${image}/process`, body, headers });
  return { call, post, queued, clock, log, ledger: real, ...account };
}

const response = '{"image_id":"i", "status":"processing","big":12345678901234567890}';

function endsWith(outcome: Outcome): Worker {
  return async (request, ledger) => {
    const limits = plentyOfTime(standingClock());
    await ledger.claim(request, aLease(NOON + 1), limits);
    await ledger.record(request, outcome, limits);
  };
}
const succeeds = endsWith({ kind: 'succeeded', response, attempts: 1, warnings: [], at: NOON });
const fails = (code: FailureCode, status?: number, endpoint?: string) =>
  endsWith({
    kind: 'failed',
    error: { ...failure(code, 'what happened'), ...(status && { status }), ...(endpoint && { endpoint }) },
    attempts: 2,
    warnings: [],
    at: NOON,
  });

describe('POST /v3/images/{id}/process', () => {
  it.each(['POST', 'PATCH'])("%s answers 200 with the endpoint's own JSON, unchanged", async (method) => {
    const api = openApi(succeeds);
    const preferences = { ai_version: '4.x', enhance: true, enhance_type: 'neutral', hdr: true };
    const answered = await api.call({ method, path: `/v3/images/${image}/process`, body: preferences });
    expect(answered).toMatchObject({ status: 200, text: response, headers: { 'content-type': 'application/json' } });
    expect(api.queued).toEqual([
      expect.objectContaining({ imageId: image, preferences, source: 'http', partner: 'acme' }),
    ]);
    expect(answered.headers['reprocess-request-id']).toBe(api.queued[0]?.requestId);
    expect(answered.headers).not.toHaveProperty('reprocess-warning');
  });

  const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const XRAY = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
  it.each([
    ["its caller's", { traceparent: TRACEPARENT }, XRAY, TRACEPARENT],
    ["X-Ray's", { traceparent: 'garbage' }, XRAY, '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01'],
    ['one of its own', {}, undefined, expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)],
  ])('queues a request under %s trace', async (_, headers, traceHeader, traceparent) => {
    const api = openApi(succeeds, undefined, false, () => traceHeader);
    await api.post('{}', headers as Record<string, string>);
    expect(api.queued[0]).toMatchObject({ traceparent });
    const item = await api.ledger.find(api.queued[0]?.requestId ?? '', plentyOfTime(api.clock));
    expect(item?.traceparent).toBe(api.queued[0]?.traceparent);
  });

  it('keeps the trace of the first call when it is sent again with another', async () => {
    const api = openApi();
    const key = { 'idempotency-key': `traced-${image}`, prefer: 'respond-async' };
    await api.post('{}', { ...key, traceparent: TRACEPARENT });
    await api.post('{}', { ...key, traceparent: TRACEPARENT.replace('4b', '5c') });
    expect(api.queued.map(({ traceparent }) => traceparent)).toEqual([TRACEPARENT, TRACEPARENT]);
  });

  it('takes {} and adds nothing to it', async () => {
    const api = openApi(succeeds);
    expect(await api.post('{}')).toMatchObject({ status: 200 });
    expect(api.queued[0]?.preferences).toEqual({});
  });

  // RFC 9457, 4.2.1: under about:blank the title is the phrase that HTTP has for the status.
  it.each<[number, string, Worker]>([
    [410, 'Gone', fails('expired')],
    [500, 'Internal Server Error', fails('internal')],
    [502, 'Bad Gateway', fails('gave_up', 503, 'busy')],
  ])('answers %i with the title %s', async (status, title, work) => {
    expect(await openApi(work).post({})).toMatchObject({ status, body: { type: 'about:blank', title, status } });
  });

  it.each([undefined, null, '', ' \n\t', '\uFEFF', '\uFEFF{}'])('takes the body %j for {}', async (body) => {
    const api = openApi(succeeds);
    expect(await api.post(body as string | undefined)).toMatchObject({ status: 200 });
    expect(api.queued[0]?.preferences).toEqual({});
  });

  it.each([
    (id: string) => `//v3/images/${id}/process`,
    (id: string) => `/v3//images///${id}/process`,
    (id: string) => `/v3/images/${id}/process/`,
    (id: string) => `//v3/images/${id}/process//`,
  ])('serves a path with slashes too many: %s', async (pathOf) => {
    const api = openApi(succeeds);
    const event = { method: 'POST', path: pathOf(image), body: '{}' };
    expect(await api.call(event)).toMatchObject({ status: 200 });
    expect(await api.call({ ...event, headers: { 'x-api-key': 'wrong' } })).toMatchObject({ status: 401 });
    expect(api.queued).toEqual([expect.objectContaining({ imageId: image })]);
  });

  it("passes its caller's x-api-version on, keeps it, and shows it", async () => {
    const api = openApi();
    const { body } = await api.post({}, { 'x-api-version': '2026-10-01', prefer: 'respond-async' });
    expect(body).toMatchObject({ api_version: '2026-10-01' });
    expect(api.queued).toEqual([expect.objectContaining({ apiVersion: '2026-10-01' })]);
    expect((await api.call({ path: `/v3/requests/${body.request_id}` })).body).toEqual(body);
  });

  it('warns of a name that is nearly right', async () => {
    const answered = await openApi(succeeds).post({ enhance_typ: 'warm' });
    expect(answered.status).toBe(200);
    const late = await openApi().post({ enhance_typ: 'warm', hdr: true, preset_id: 1 }, { prefer: 'wait=0' });
    expect(late.headers['reprocess-warning']).toBe(
      '"enhance_typ: did you mean enhance_type? It is passed on unchanged"',
    );
    expect(late.body.warnings).toEqual(['enhance_typ: did you mean enhance_type? It is passed on unchanged']);
  });

  it("answers 200 with the image's id when the endpoint acted and its response could not be read", async () => {
    const warnings = ['the response could not be read'];
    const api = openApi(endsWith({ kind: 'succeeded', response: null, attempts: 1, warnings, at: NOON }));
    const answered = await api.post({});
    expect(answered).toMatchObject({ status: 200, body: { image_id: image } });
    expect(answered.headers['reprocess-warning']).toBe('"the response could not be read"');
  });

  it('warns of what the documentation discourages', async () => {
    const api = openApi();
    const answered = await api.post(
      { ai_version: '4.7', enhance_type: 'property', cloud_type: 'a"b\\é' },
      { prefer: 'wait=0' },
    );
    expect(answered.headers['reprocess-warning']).toMatch(
      /^"cloud_type .*", "enhance_type property .*", "cloud_type .*"$/,
    );
    expect(answered.headers['reprocess-warning']).toMatch(/^[\x20-\x7e]*$/);
    expect(answered.body.warnings).toHaveLength(3);
  });

  it.each<[FailureCode, number | undefined, string | undefined, number, unknown]>([
    ['not_found', 404, '{"message":"m","detail":"d"}', 404, { message: 'm', detail: 'd' }],
    [
      'invalid_preferences',
      422,
      '{"message":"m","detail":{"json":{"a":["b"]}}}',
      422,
      { message: 'm', detail: { json: { a: ['b'] } } },
    ],
    ['refused', 400, '{"message":"bad"}', 400, { message: 'bad' }],
    ['refused', 400, 'no json', 400, { message: 'The endpoint refused the request', detail: 'what happened' }],
    ['gave_up', 503, 'busy', 502, { status: 502, code: 'gave_up', detail: 'what happened', attempts: 2 }],
    ['gave_up', undefined, undefined, 502, { status: 502, code: 'gave_up' }],
    ['expired', undefined, undefined, 410, { status: 410, code: 'expired' }],
    ['internal', undefined, undefined, 500, { status: 500, code: 'internal' }],
  ])('answers a request that ended as %s (%s) with its status', async (code, status, endpoint, expected, body) => {
    const answered = await openApi(fails(code, status, endpoint)).post({});
    expect(answered.status).toBe(expected);
    expect(answered.body).toMatchObject(body as object);
    const isProblem = answered.headers['content-type'] === 'application/problem+json';
    expect(isProblem).toBe('code' in (body as object));
  });

  it('says of a request that failed whether the endpoint may have acted', async () => {
    const error = { ...failure('gave_up', 'no response'), mayHaveActed: true } as const;
    const { post } = openApi(endsWith({ kind: 'failed', error, attempts: 2, warnings: [], at: NOON }));
    expect(await post({})).toMatchObject({ status: 502, body: { code: 'gave_up', may_have_acted: true } });
  });

  it('answers 202 when it takes longer, and says where to read it', async () => {
    const api = openApi();
    const answered = await api.post({ hdr: true });
    const id = api.queued[0]?.requestId;
    expect(answered).toMatchObject({
      status: 202,
      headers: { location: `/v3/requests/${id}`, 'reprocess-request-id': id },
      body: {
        request_id: id,
        image_id: image,
        state: 'accepted',
        attempts: 0,
        preferences: { hdr: true },
        warnings: [],
      },
    });
    expect(api.clock.now() - NOON).toBe(10_000);
  });

  it.each([
    ['wait=3', 3000, 'wait=3'],
    ['wait=99', 20_000, 'wait=20'],
    ['respond-async', 0, 'respond-async'],
  ])('heeds Prefer: %s', async (prefer, waited, applied) => {
    const api = openApi();
    const answered = await api.post({}, { prefer });
    expect(answered).toMatchObject({ status: 202, headers: { 'preference-applied': applied } });
    expect(api.clock.now() - NOON).toBe(waited);
  });
});

describe("a partner's own waiting", () => {
  const patient = { 'x-api-key': 'patient-key' };

  it('lasts as long as its entry says, unless the call says it', async () => {
    const waited = async (headers: Record<string, string>) => {
      const api = openApi();
      await api.post({}, headers);
      return api.clock.now() - NOON;
    };
    expect(await waited(patient)).toBe(20_000);
    expect(await waited({ 'x-api-key': 'hasty-key' })).toBe(0);
    expect(await waited({ ...patient, prefer: 'wait=3' })).toBe(3000);
  });

  it.each([
    ['without a key', {}, 'do not send it again'],
    ['with a key', { 'idempotency-key': 'k-1' }, 'send the same call again with the same Idempotency-Key'],
    ['that says how long to wait', { prefer: 'wait=1' }, 'do not send it again'],
  ])('can end in a 504 for a call %s, and the request is processed anyway', async (_, headers, advice) => {
    const api = openApi();
    const late = await api.post({ hdr: true }, { ...patient, ...headers });
    const id = api.queued[0]?.requestId;
    expect(late).toMatchObject({
      status: 504,
      headers: {
        'content-type': 'application/problem+json',
        location: `/v3/requests/${id}`,
        'reprocess-request-id': id,
      },
      body: { title: 'Gateway Timeout', request_id: id, detail: expect.stringContaining(advice) },
    });
    expect(late.body.detail).toContain('the request is queued and will be processed');
    await succeeds(api.queued[0] as ReprocessRequest, api.ledger);
    const path = late.headers.location ?? '';
    expect((await api.call({ path, headers: patient })).body.state).toBe('succeeded');
  });

  it('is no 504 for what has ended, nor for a call that asked not to wait', async () => {
    expect((await openApi(succeeds).post({}, patient)).status).toBe(200);
    expect((await openApi(fails('gave_up', 503)).post({}, patient)).status).toBe(502);
    for (const prefer of ['respond-async', 'respond-async, wait=1']) {
      expect((await openApi().post({}, { ...patient, prefer })).status).toBe(202);
    }
  });

  it('is a 504 at once behind a deep queue', async () => {
    const api = openApi(undefined, undefined, true);
    expect((await api.post({}, patient)).status).toBe(504);
    expect(api.clock.now()).toBe(NOON);
  });
});

describe('a deep queue', () => {
  it('is not waited behind: 202 at once', async () => {
    const api = openApi(undefined, undefined, true);
    expect(await api.post({})).toMatchObject({ status: 202 });
    expect(api.clock.now()).toBe(NOON);
    expect(api.queued).toHaveLength(1);
  });

  it('is not said to have been waited behind', async () => {
    const prefer = async (request: string) =>
      (await openApi(undefined, undefined, true).post({}, { prefer: request })).headers;
    expect(await prefer('wait=5')).not.toHaveProperty('preference-applied');
    expect(await prefer('respond-async')).toHaveProperty('preference-applied', 'respond-async');
    expect(await prefer('wait=0')).toHaveProperty('preference-applied', 'wait=0');
  });
});

describe('Idempotency-Key', () => {
  let key: Record<string, string>;
  beforeEach(() => {
    key = { 'idempotency-key': `order-${image}` };
  });

  it('gives the same body the same response, and does not queue it again once a worker has it', async () => {
    const api = openApi(succeeds);
    const first = await api.post({ hdr: true }, key);
    expect(await api.post('{ "hdr": true }', key)).toEqual(first);
    expect(api.queued).toHaveLength(1);
  });

  it('queues the same request again under the same id while no worker has claimed it', async () => {
    const api = openApi();
    const [first, second] = [await api.post({}, key), await api.post({}, key)];
    expect(second.body).toEqual(first.body);
    expect(api.queued.map(({ requestId }) => requestId)).toEqual([first.body.request_id, first.body.request_id]);
  });

  it('answers 409 to another body or image, and changes nothing', async () => {
    const api = openApi(succeeds);
    const first = await api.post({ hdr: true }, key);
    expect(await api.post({ hdr: false }, key)).toMatchObject({ status: 409, body: { status: 409 } });
    const elsewhere = await api.call({
      method: 'POST',
      path: '/v3/images/else/process',
      body: { hdr: true },
      headers: key,
    });
    expect(elsewhere.status).toBe(409);
    expect(await api.post({ hdr: true }, key)).toEqual(first);
  });

  it('belongs to the version too that it was sent under', async () => {
    const api = openApi(succeeds);
    const version = { 'x-api-version': '2025-05-08' };
    const first = await api.post({}, { ...key, ...version });
    expect(await api.post({}, { ...key, ...version })).toEqual(first);
    expect((await api.post({}, key)).status).toBe(409);
    expect((await api.post({}, { ...key, 'x-api-version': '2026-10-01' })).status).toBe(409);
  });

  it('keeps the time that it was first given', async () => {
    const api = openApi();
    await api.post({}, { ...key, 'reprocess-not-after': '2026-11-22T13:00:00Z' });
    const again = await api.post({}, { ...key, 'reprocess-not-after': '2030-01-01T00:00:00Z' });
    expect(again.body.not_after).toBe('2026-11-22T13:00:00.000Z');
    expect(api.queued.map(({ notAfter }) => notAfter)).toEqual([NOON + 3_600_000, NOON + 3_600_000]);
  });

  it('belongs to its partner', async () => {
    const api = openApi();
    const mine = await api.post({}, key);
    const theirs = await api.post({ other: 1 }, { ...key, 'x-api-key': 'other-key' });
    expect(theirs).toMatchObject({ status: 202 });
    expect(theirs.body.request_id).not.toBe(mine.body.request_id);
  });

  it('is left out: every request is one of its own', async () => {
    const api = openApi();
    await api.post({});
    await api.post({});
    expect(new Set(api.queued.map(({ requestId }) => requestId)).size).toBe(2);
  });
});

describe('bad input', () => {
  it.each<[string, unknown, number, RegExp]>([
    ['no JSON', 'hello', 400, /got "hello"/],
    ['a cut body', '{"hdr":', 400, /got "\{\\"hdr\\":"/],
    ['deep nesting', `{"a":${'['.repeat(9000)}${']'.repeat(9000)}}`, 400, /at most 64 levels deep/],
    [
      'over 64 KiB of preferences',
      { order_id: 'x'.repeat(65536) },
      413,
      /preferences must be at most 65536 bytes of JSON, got 65551/,
    ],
    ['over 256 KiB', `{"a":"${'x'.repeat(262144)}"}`, 413, /the body must be at most 262144 bytes, got 262152/],
  ])('refuses %s with a problem of our own', async (_, body, status, detail) => {
    const api = openApi();
    const answered = await api.post(body);
    expect(answered).toMatchObject({
      status,
      headers: { 'content-type': 'application/problem+json' },
      body: { status },
    });
    expect(answered.body.detail).toMatch(detail);
    expect(api.queued).toEqual([]);
  });

  it.each([
    ['no UTF-8', Buffer.from('{"order_id":"caf\xe9"}', 'latin1'), 400, NOT_UTF_8],
    [
      'bytes without end, and tells their number',
      Buffer.alloc(262_145, 0xff),
      413,
      'the body must be at most 262144 bytes, got 262145',
    ],
    ['fewer bytes than that', Buffer.alloc(262_144, 0xff), 400, NOT_UTF_8],
  ])('refuses %s', async (_, bytes, status, detail) => {
    const api = openApi();
    const path = `/v3/images/${image}/process`;
    const body = bytes.toString('base64');
    expect(await api.call({ method: 'POST', path, body, isBase64Encoded: true })).toMatchObject({
      status,
      body: { detail },
    });
    expect(api.queued).toEqual([]);
  });

  it('takes a body of just 256 KiB, also in characters of several bytes, and behind a byte order mark', async () => {
    const api = openApi();
    const size = (text: string) => Buffer.byteLength(text);
    const padded = (text: string, bytes: number) => `${text}${' '.repeat(bytes - size(text))}`;
    const preferences = '{"order_id":"\u{1F3E0}é"}';
    for (const isBase64Encoded of [false, true]) {
      const body = (text: string) => (isBase64Encoded ? Buffer.from(text).toString('base64') : text);
      const call = (text: string) =>
        api.call({
          method: 'POST',
          path: `/v3/images/${image}/process`,
          body: body(text),
          isBase64Encoded,
          headers: { prefer: 'wait=0' },
        });
      expect((await call(padded(preferences, 262_144))).status).toBe(202);
      expect((await call(padded(preferences, 262_145))).status).toBe(413);
      expect((await call(`\uFEFF${preferences}`)).status).toBe(202);
    }
    expect(api.queued.map((request) => request.preferences)).toEqual(Array(4).fill({ order_id: '\u{1F3E0}é' }));
  });

  it.each<[unknown, object]>([
    [{ rating: 7 }, { rating: ['rating must be an integer from 0 to 5, got 7'] }],
    [
      { enhance: 'yes', upscale: null },
      { enhance: [expect.any(String)], upscale: [expect.any(String)] },
    ],
    [[], { _schema: ['preferences must be a JSON object, got an empty array'] }],
    ['null', { _schema: ['preferences must be a JSON object, got null'] }],
  ])("refuses %j in the endpoint's own form", async (body, json) => {
    const answered = await openApi().post(body);
    expect(answered).toMatchObject({ status: 422, headers: { 'content-type': 'application/json' } });
    expect(answered.body).toEqual({ message: 'Validation error', detail: { json } });
  });

  it.each(['a b', '%', '..', 'x'.repeat(129), '\0'])('refuses the image id %s', async (id) => {
    const answered = await openApi().call({ method: 'POST', path: `/v3/images/${id}/process`, body: {} });
    expect(answered).toMatchObject({
      status: 422,
      body: { detail: { path: { id: [expect.stringMatching(/^the image id must be/)] } } },
    });
  });

  it.each([{ 'idempotency-key': '' }, { 'idempotency-key': 'x'.repeat(256) }, { 'idempotency-key': 'é' }])(
    'refuses %j',
    async (headers) => {
      expect(await openApi().post({}, headers)).toMatchObject({ status: 400 });
    },
  );

  it.each(['2026-02-30T10:00:00Z', '2026-11-31T10:00:00+01:00', '2027-02-29T00:00Z', '2026-11-22T25:00:00Z', ''])(
    'refuses %j, which is no time',
    async (time) => {
      expect(await openApi().post({}, { 'reprocess-not-after': time })).toMatchObject({ status: 400 });
    },
  );

  it('refuses a time that says no offset, and takes one that does', async () => {
    const api = openApi();
    const answered = await api.post({}, { 'reprocess-not-after': '2026-11-22T10:00' });
    expect(answered).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/^Reprocess-Not-After must be an ISO/) },
    });
    await api.post({}, { 'reprocess-not-after': '2026-11-22T13:00:00+01:00', prefer: 'wait=0' });
    expect(api.queued).toEqual([expect.objectContaining({ notAfter: NOON })]);
  });

  it.each(['0', '101', '-1', 'x', '1.5', ''])('refuses limit=%s', async (limit) => {
    const api = openApi();
    const answered = await api.call({ path: `/v3/images/${image}/requests`, query: { limit } });
    expect(answered).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/limit must be a whole number from 1 to 100/) },
    });
  });

  it('refuses a cursor that is none', async () => {
    const answered = await openApi().call({ path: `/v3/images/${image}/requests`, query: { cursor: 'abc' } });
    expect(answered).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/cursor must be/) } });
  });

  // What an HTTP API makes of them, see local/api-front/event.ts.
  it.each([
    ['with U+FFFD in place of a wrong byte', '{"image_name":"K\uFFFDche"}', 22],
    ['with U+FFFD, and of the length that came', '{"image_name":"\uFFFD"}', 20],
    ['with U+FFFD, and of no length', '{"image_name":"\uFFFD"}', undefined],
    ['with half a character', '{"image_name":"\ud83c"}', undefined],
    ['read in another encoding', '{"image_name":"K\u00fcche"}', 22],
    ['that lost its beginning', '{}', 22],
  ])('refuses text %s', async (_, body, length) => {
    const api = openApi();
    const headers = length === undefined ? {} : { 'content-length': String(length) };
    expect(await api.post(body, headers)).toMatchObject({ status: 400, body: { detail: NOT_UTF_8 } });
    expect(api.queued).toEqual([]);
  });

  it.each([
    ['of the length that came', '{"image_name":"K\u00fcche"}', 23],
    ['whose byte order mark was lost on the way', '{"image_name":"K\u00fcche"}', 26],
    ['of a length that nobody knows', '{"image_name":"K\u00fcche"}', 'chunked'],
    ['that writes the character itself', '{"image_name":"K\\ufffd"}', 24],
  ])('takes text %s', async (_, body, length) => {
    expect((await openApi(succeeds).post(body, { 'content-length': String(length) })).status).toBe(200);
  });

  it.each(['gzip', 'br', 'deflate', ' GZIP ', 'identity, gzip'])('refuses a body in %s', async (encoding) => {
    const api = openApi();
    const answered = await api.post('\u001f\ufffd', { 'content-encoding': encoding });
    expect(answered).toMatchObject({
      status: 415,
      body: {
        title: 'Unsupported Media Type',
        detail: expect.stringContaining('the body must not be compressed, got'),
      },
    });
    expect(api.queued).toEqual([]);
  });

  it.each(['identity', ''])('takes a body in %j', async (encoding) => {
    expect((await openApi(succeeds).post('{}', { 'content-encoding': encoding })).status).toBe(200);
  });

  it.each<[string, unknown, object]>([
    [
      'the message of the queue',
      { image_id: 'THE-IMAGE', preferences: { hdr: true }, request_id: 'x', not_after: '2020-01-01T00:00:00Z' },
      {
        preferences: [expect.stringContaining('over HTTP the body is the content of preferences')],
        request_id: [expect.stringContaining('Idempotency-Key')],
        not_after: [expect.stringContaining('Reprocess-Not-After')],
      },
    ],
    ['no more of it than its preferences', { preferences: {} }, { preferences: [expect.any(String)] }],
    ['one member of it', { hdr: true, notAfter: null }, { not_after: [expect.any(String)] }],
    [
      'a version in the body',
      { api_version: '2025-05-08' },
      { api_version: [expect.stringContaining('x-api-version')] },
    ],
    [
      'another image',
      { image_id: 'other' },
      { image_id: [expect.stringMatching(/^image_id must be the one in the path, /)] },
    ],
    ['an impossible image', { image_id: 7 }, { image_id: [expect.stringContaining('got 7')] }],
    [
      'an event of EventBridge',
      { 'detail-type': 'x', source: 'y', detail: {} },
      { _schema: [expect.stringContaining('it is an EventBridge event')] },
    ],
  ])('refuses %s, and says what to send', async (_, body, json) => {
    const api = openApi();
    const text = JSON.stringify(body).replace('THE-IMAGE', image);
    expect(await api.post(text)).toMatchObject({
      status: 422,
      body: { message: 'Validation error', detail: { json } },
    });
    expect(api.queued).toEqual([]);
  });

  it("takes the image's own record, changed", async () => {
    const api = openApi(succeeds);
    expect((await api.post({ image_id: image, status: 'processed', enhance_type: 'warm' })).status).toBe(200);
  });

  it.each(['2025-5-8', '2025-02-30', 'latest', '', '2025-05-08, 2025-05-08'])(
    'refuses the x-api-version %j',
    async (version) => {
      const api = openApi();
      expect(await api.post({}, { 'x-api-version': version })).toMatchObject({
        status: 400,
        body: { detail: `x-api-version must be a date such as 2025-05-08, got ${JSON.stringify(version)}` },
      });
      expect(api.queued).toEqual([]);
    },
  );

  it('reads a body that came in base64', async () => {
    const api = openApi(succeeds);
    const body = Buffer.from('{"hdr":true}').toString('base64');
    const path = `/v3/images/${image}/process`;
    expect(await api.call({ method: 'POST', path, body, isBase64Encoded: true })).toMatchObject({ status: 200 });
    expect(api.queued[0]?.preferences).toEqual({ hdr: true });
  });
});

describe('keys', () => {
  it.each(['', 'wrong', 'acme-key ', sha256('acme-key')])("refuses %j with the endpoint's own 401", async (key) => {
    const api = openApi();
    const answered = await api.post({ rating: 99 }, { 'x-api-key': key });
    expect(answered.status).toBe(401);
    expect(Object.keys(answered.body)).toEqual(['message', 'detail']);
    expect(api.queued).toEqual([]);
  });

  it('needs one for every route but the health check, and says nothing of what exists', async () => {
    const api = openApi();
    const headers = { 'x-api-key': 'wrong' };
    expect((await api.call({ path: '/v3/requests/x', headers })).status).toBe(401);
    expect((await api.call({ path: `/v3/images/${image}/requests`, headers })).status).toBe(401);
    for (const method of ['GET', 'HEAD']) {
      const answered = await api.call({ method, path: '/healthz', headers });
      expect(answered).toMatchObject({ status: 200, body: { status: 'ok' } });
    }
  });
});

describe('reading', () => {
  it('shows a partner its request, before and after it ended', async () => {
    const api = openApi();
    const { body } = await api.post({ hdr: true }, { prefer: 'respond-async' });
    const path = `/v3/requests/${body.request_id}`;
    expect(await api.call({ path })).toMatchObject({ status: 200, body: { state: 'accepted', attempts: 0 } });
    await succeeds(api.queued[0] as ReprocessRequest, api.ledger);
    const ended = await api.call({ path });
    expect(ended).toMatchObject({
      status: 200,
      body: { state: 'succeeded', attempts: 1, ended_at: '2026-11-22T12:00:00.000Z' },
    });
    expect(ended.text).toContain('"big":12345678901234567890');
  });

  it('answers HEAD as it answers GET', async () => {
    const api = openApi();
    const { body } = await api.post({}, { prefer: 'respond-async' });
    for (const path of [`/v3/requests/${body.request_id}`, `/v3/images/${image}/requests`, '/healthz']) {
      expect(await api.call({ method: 'HEAD', path })).toEqual(await api.call({ path }));
    }
    const headers = { 'x-api-key': 'other-key' };
    expect((await api.call({ method: 'HEAD', path: `/v3/requests/${body.request_id}`, headers })).status).toBe(404);
  });

  it('shows why a request waits', async () => {
    const api = openApi();
    const { body } = await api.post({}, { prefer: 'respond-async' });
    const limits = plentyOfTime(api.clock);
    const claim = await api.ledger.claim(api.queued[0] as ReprocessRequest, aLease(NOON + 1), limits);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    const lastError = { code: 'refused_for_now', detail: 'the endpoint answered 503', status: 503 };
    await api.ledger.wait(
      claim.item,
      { startedAt: NOON, nextAttemptAt: NOON + 2000, lastError, counts: true, lostResponses: 0, retriedMs: 0 },
      limits,
    );
    expect((await api.call({ path: `/v3/requests/${body.request_id}` })).body).toMatchObject({
      state: 'waiting',
      next_attempt_at: '2026-11-22T12:00:02.000Z',
      last_error: lastError,
      failed_attempts: [
        {
          attempt: 1,
          at: '2026-11-22T12:00:00.000Z',
          code: 'refused_for_now',
          status: 503,
          next_attempt_at: '2026-11-22T12:00:02.000Z',
        },
      ],
    });
  });

  it.each(['other-key'])('hides it from the partner with %s, as if it did not exist', async (key) => {
    const api = openApi();
    const { body } = await api.post({}, { prefer: 'respond-async' });
    const headers = { 'x-api-key': key };
    const foreign = await api.call({ path: `/v3/requests/${body.request_id}`, headers });
    const unknown = await api.call({ path: `/v3/requests/http:${'0'.repeat(64)}`, headers });
    expect(foreign).toMatchObject({ status: 404 });
    expect(foreign).toEqual(unknown);
    expect((await api.call({ path: `/v3/images/${image}/requests`, headers })).body).toEqual({ requests: [] });
  });

  it('answers 404 to a request id of any length or alphabet', async () => {
    // What the ledger knows of an uploaded file is no request, and has none of its fields.
    const fileId = `file:${'0'.repeat(64)}`;
    await database.client.send(new PutItemCommand({ TableName: database.table, Item: { id: { S: fileId } } }));
    for (const id of ['x', 'x'.repeat(5000), '\0', '😀', fileId]) {
      expect((await openApi().call({ path: `/v3/requests/${id}` })).status).toBe(404);
    }
  });

  it("lists a partner's requests of an image, newest first, page by page", async () => {
    const api = openApi();
    const sent: string[] = [];
    for (let n = 0; n < 3; n += 1) sent.push((await api.post({ n }, { prefer: 'wait=1' })).body.request_id);
    const path = `/v3/images/${image}/requests`;
    const first = await api.call({ path, query: { limit: '2' } });
    const second = await api.call({ path, query: { limit: '2', cursor: first.body.next_cursor } });
    const listed = [...first.body.requests, ...second.body.requests].map(({ request_id }) => request_id);
    expect(listed).toEqual(sent.reverse());
    expect(second.body).not.toHaveProperty('next_cursor');
  });
});

describe('everything else', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/v3/images/a/process'],
    ['DELETE', '/v3/images/a/process'],
    ['POST', '/v3/images//process'],
    ['POST', '/v3/images/process'],
    ['OPTIONS', '/v3/images/a/process'],
    ['POST', '/healthz'],
    ['POST', '/v3/requests'],
  ])('%s %s is 404, and says what there is', async (method, path) => {
    const answered = await openApi().call({ method, path });
    expect(answered).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json' } });
    expect(answered.body.detail).toContain(
      `there is no ${method} ${path}; there are POST (or PATCH) /v3/images/{id}/process`,
    );
  });
});

describe('trouble', () => {
  const away = () => Promise.reject(new DependencyUnavailable('ledger', new Error('10.0.0.7 refused')));
  /** A step of the ledger's that never ends by itself. */
  function hanging() {
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const call = (_: unknown, { signal }: { readonly signal: AbortSignal }) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DependencyUnavailable('ledger', signal.reason)));
        resolve();
      });
    return { call, begun };
  }

  it('answers 503 with Retry-After while the ledger is unavailable, and queues nothing', async () => {
    const api = openApi(succeeds, () => ({ accept: away }));
    const answered = await api.post({});
    expect(answered).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(answered.text).not.toContain('10.0.0.7');
    expect(api.queued).toEqual([]);
  });

  it.each([
    [
      'POST',
      'process',
      { 'idempotency-key': 'k' },
      /send it again with the same Idempotency-Key, and it is processed only once$/,
    ],
    ['POST', 'process', {}, /send it again; without an Idempotency-Key that may be a second request$/],
    ['GET', 'requests', {}, /^a part of the service is unavailable: make the same call again$/],
  ])('says of a 503 to %s …/%s with %j what is true', async (method, route, headers, detail) => {
    const api = openApi(succeeds, () => ({ accept: away, listOfImage: away }));
    const answered = await api.call({ method, path: `/v3/images/${image}/${route}`, body: '{}', headers });
    expect(answered).toMatchObject({ status: 503, body: { detail: expect.stringMatching(detail) } });
  });

  it.each(['accept', 'find'] as const)(
    'answers 503 before its function is ended when the ledger hangs in %s',
    async (step) => {
      const hang = hanging();
      const api = openApi(succeeds, () => ({ [step]: hang.call }));
      const answering = step === 'accept' ? api.post({}) : api.call({ path: `/v3/requests/http:${'0'.repeat(64)}` });
      await hang.begun;
      api.clock.set(NOON + 60_000 - 500);
      expect(await answering).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    },
  );

  it('answers 503 while the queue is unavailable; sending the same request again completes it', async () => {
    let isAway = true;
    const api = openApi((request, ledger) => (isAway ? away() : succeeds(request, ledger)));
    const key = { 'idempotency-key': 'k' };
    expect((await api.post({}, key)).status).toBe(503);
    isAway = false;
    expect(await api.post({}, key)).toMatchObject({ status: 200, text: response });
  });

  it('answers 202 when the request is queued and the ledger cannot be read any more', async () => {
    const api = openApi(undefined, () => ({ find: away }));
    expect((await api.post({})).status).toBe(202);
  });

  it('answers 202 in time when the queue depth cannot be read and the ledger hangs', async () => {
    const api = openApi(undefined, () => ({ find: hanging().call }));
    const answering = api.post({}, { prefer: 'wait=20' });
    await expect.poll(() => api.clock.now()).toBeGreaterThan(NOON);
    api.clock.set(NOON + 20_000);
    expect(await answering).toMatchObject({ status: 202 });
  });

  it('shows nothing internal when there is a bug', async () => {
    const api = openApi(() => Promise.reject(new TypeError('cannot read properties of secret')));
    const answered = await api.post({});
    expect(answered).toMatchObject({ status: 500, body: { status: 500 } });
    expect(answered.text).not.toContain('secret');
    expect(api.log.lines).toEqual([
      expect.objectContaining({
        level: 'error',
        facts: expect.objectContaining({ error: expect.stringContaining('TypeError') }),
      }),
    ]);
  });
});

describe('the account', () => {
  const boss = { 'x-api-key': 'boss-key' };
  const resume = (api: ReturnType<typeof openApi>) => api.call({ method: 'DELETE', path: '/v3/pause', headers: boss });

  it('shows its window, what is left of it, what waits, and the windows before', async () => {
    const { call, account, budgets } = openApi(undefined, undefined, false, undefined, 10);
    const limits = plentyOfTime(standingClock());
    const { window } = await account.budget(limits);
    await budgets.take({ window, calls: { single: 2, bulk: 3 }, limit: 10, bulkLimit: 9 }, limits);
    await budgets.countFailure({ start: window.start - 86_400_000, end: window.start }, limits);
    const { status, body } = await call({ path: '/v3/budget' });
    expect([status, body]).toMatchObject([
      200,
      { limit: 10, used: 5, used_by_batches: 3, left: 5, left_for_batches: 5, waiting: 7, paused: null },
    ]);
    expect(body.window).toEqual({
      start: new Date(window.start).toISOString(),
      end: new Date(window.end).toISOString(),
    });
    expect(body.history).toHaveLength(14);
    expect(body.history[0]).toMatchObject({ limit: null, used: 0, failed_for_limit: 1 });
  });

  it('without a limit is not counted', async () => {
    const { body } = await openApi().call({ path: '/v3/budget' });
    expect(body).toMatchObject({ limit: null, left: null, left_for_batches: null, used: 0 });
  });

  it('whose limit is used up is paused until the reset', async () => {
    const { post, call, account, budgets, clock } = openApi(undefined, undefined, false, undefined, 1);
    const limits = plentyOfTime(standingClock());
    const { window } = await account.budget(limits);
    await budgets.take({ window, calls: { single: 1, bulk: 0 }, limit: 1, bulkLimit: 1 }, limits);
    const waitsFor = { reason: 'daily_limit', until: new Date(window.end).toISOString() };
    const { status, headers, body } = await post({}, { prefer: 'wait=20' });
    expect([status, body]).toMatchObject([202, { state: 'accepted', waits_for: waitsFor }]);
    expect(headers['retry-after']).toBe(String((window.end - NOON) / 1000));
    expect(headers).not.toHaveProperty('preference-applied');
    expect(clock.now()).toBe(NOON);
    expect((await call({ path: `/v3/requests/${body.request_id}` })).body).toMatchObject({ waits_for: waitsFor });
    expect((await call({ path: '/v3/budget' })).body).toMatchObject({ left: 0, paused: waitsFor });
  });

  it('is paused and resumed by an operator, and by nobody else', async () => {
    const api = openApi();
    const pause = { method: 'PUT', path: '/v3/pause', body: { reason: 'the bill', until: '2026-11-22T13:00:00Z' } };
    expect(await api.call(pause)).toMatchObject({ status: 403 });
    expect(await api.call({ method: 'DELETE', path: '/v3/pause' })).toMatchObject({ status: 403 });
    const paused = { reason: 'person', detail: 'the bill', since: '2026-11-22T12:00:00.000Z' };
    expect(await api.call({ ...pause, headers: boss })).toMatchObject({ status: 200, body: { paused } });
    expect(await api.post({})).toMatchObject({ status: 202, headers: { 'retry-after': '3600' } });
    expect(await api.post({}, { 'x-api-key': 'patient-key' })).toMatchObject({
      status: 504,
      headers: { 'retry-after': '3600' },
    });
    const forEver = { ...pause, headers: boss, body: { reason: 'the bill' } };
    expect((await api.call(forEver)).body.paused).toEqual(paused);
    expect(await api.post({})).toMatchObject({ status: 202, headers: { 'retry-after': '900' } });
    expect(await resume(api)).toMatchObject({ status: 200, body: { paused: null } });
    expect((await openApi(succeeds).post({})).status).toBe(200);
  });

  it.each([
    [{}, 'reason must be a text of 1 to 500 characters, got nothing'],
    [{ reason: ' ' }, 'reason must be a text'],
    ['x', 'the body must be a JSON object with reason and, optionally, until, got "x"'],
    [{ reason: 'x', until: 'soon' }, 'until must be an ISO 8601 date and time'],
    [{ reason: 'x', until: '2026-11-22T12:00:00Z' }, 'until must be in the future'],
    [{ reason: 'x', untill: '2027-01-01T00:00:00Z' }, 'the body has reason and until, got also'],
    [['x'], 'the body must be a JSON object with reason'],
  ])('is not paused by %j', async (body, detail) => {
    const refused = await openApi().call({ method: 'PUT', path: '/v3/pause', headers: boss, body });
    expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringContaining(detail) } });
  });

  it('takes requests while its pause cannot be read', async () => {
    const api = openApi(succeeds);
    api.recentPause.read = () => Promise.reject(new DependencyUnavailable('ledger', new Error('away')));
    expect((await api.post({})).status).toBe(200);
  });
});

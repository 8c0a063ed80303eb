import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCompletions } from '../../../functions/adapters/ledger/completion/completions.ts';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { LEDGER_RETENTION_MS } from '../../../functions/adapters/ledger/ledger-item.ts';
import { failure } from '../../../functions/core/outcome/failure.ts';
import type { Outcome } from '../../../functions/core/outcome/outcome.ts';
import type { ReprocessRequest } from '../../../functions/core/request/reprocess-request.ts';
import { expectAnswered } from '../../support/contract.ts';
import { aRequest, NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';
import type { HttpRequest } from '../../support/http-event.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { KEY, OPERATORS_KEY, OTHERS_KEY, openApi as open, SLOWED_KEY } from './support.ts';

let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());

const clock = standingClock();
const limits = plentyOfTime(clock);

function openApi() {
  const queued: Record<string, unknown>[] = [];
  const sqs = async ({ input }: { readonly input: { readonly MessageBody?: string } }) => {
    if (input.MessageBody !== undefined) queued.push(JSON.parse(input.MessageBody));
    return { Attributes: {} };
  };
  const dynamo = database.client.send.bind(database.client);
  const api = open({ dynamo, sqs: sqs as never, clock });
  const call = async (
    method: string,
    path: string,
    query?: Record<string, string>,
    key = KEY,
    more: Pick<HttpRequest, 'body' | 'headers'> = {},
  ) => {
    const headersOfCall = { 'x-api-key': key, ...more.headers };
    const response = await api.call({ method, path, ...more, headers: headersOfCall, ...(query && { query }) });
    const { statusCode: status, headers, body = '' } = response;
    expectAnswered({ method, path, status, headers, body });
    return { status, headers, body: JSON.parse(body) };
  };
  const list = async (query: Record<string, string>, key?: string) => {
    const { body } = await call('GET', '/v3/requests', query, key);
    return {
      images: body.requests.map(({ image_id }: { image_id: string }) => image_id),
      lives: body.requests.map(({ life }: { life: string }) => life),
      cursor: body.next_cursor as string | undefined,
    };
  };
  return { call, list, queued };
}

const parts = () => ({ send: database.client.send.bind(database.client), table: database.table, clock });
const ledger = () => createLedger({ ...parts(), randomId: () => 'claim' });

/** A request in the ledger, with what has become of it. */
async function put(
  imageId: string,
  end: 'queued' | 'started' | 'finished' | 'image_failed' | 'not_found' = 'queued',
  more: Partial<ReprocessRequest> = {},
): Promise<ReprocessRequest> {
  clock.set(clock.now() + 1000);
  const request = aRequest({ imageId, acceptedAt: clock.now(), partner: 'acme', ...more });
  await ledger().accept(request, limits);
  const facts = { attempts: 1, warnings: [], at: clock.now() };
  const failed: Outcome = { kind: 'failed', error: failure('not_found', 'no such image'), ...facts };
  if (end !== 'queued') {
    const outcome: Outcome = end === 'not_found' ? failed : { kind: 'succeeded', response: '{}', ...facts };
    await ledger().record(request, outcome, limits);
  }
  if (end === 'finished' || end === 'image_failed') {
    const completions = createCompletions({
      send: database.client.send.bind(database.client),
      table: database.table,
      clock,
    });
    const verdict = {
      by: 'webhook',
      hasFailed: end === 'image_failed',
      at: clock.now(),
      confirmed: true,
      isAmbiguous: false,
    } as const;
    await completions.note({ requestId: request.requestId, state: 'succeeded' }, verdict, limits);
  }
  return request;
}

describe('GET /v3/requests', () => {
  it('lists newest first: a partner its own, an operator everybody’s or one partner’s', async () => {
    const { list, call } = openApi();
    const since = new Date(clock.now() + 500).toISOString();
    await put('a');
    await put('b', 'queued', { partner: 'globex' });
    const { partner: _, ...nobodys } = await put('c', 'queued');
    await ledger().accept(
      { ...nobodys, requestId: `sqs:${'f'.repeat(64)}`, imageId: 'd', acceptedAt: clock.now() + 1 },
      limits,
    );
    expect((await list({ since })).images).toEqual(['c', 'a']);
    expect((await list({ since: new Date(nobodys.acceptedAt).toISOString() })).images).toEqual(['c']);
    expect((await list({ since }, OTHERS_KEY)).images).toEqual(['b']);
    expect((await list({ since }, OPERATORS_KEY)).images).toEqual(['d', 'c', 'b', 'a']);
    expect((await list({ since, partner: 'globex' }, OPERATORS_KEY)).images).toEqual(['b']);
    expect((await list({ since, partner: 'service' }, OPERATORS_KEY)).images).toEqual(['d']);
    expect((await call('GET', '/v3/requests', { partner: 'globex' })).status).toBe(400);
    expect((await call('GET', '/v3/requests', { partner: 'No Name' }, OPERATORS_KEY)).status).toBe(400);
  });

  it('lists those of an image: a partner its own, an operator everybody’s', async () => {
    const { call } = openApi();
    await put('of-two');
    await put('of-two', 'queued', { partner: 'globex' });
    const partnersOf = async (key: string) => {
      const { body } = await call('GET', '/v3/images/of-two/requests', undefined, key);
      return body.requests.map(({ partner }: { partner: string }) => partner);
    };
    expect([await partnersOf(KEY), await partnersOf(OPERATORS_KEY)]).toEqual([['acme'], ['globex', 'acme']]);
  });

  it('pages through all of them, each shown once', async () => {
    const { list } = openApi();
    const since = new Date(clock.now() + 500).toISOString();
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5'])
      await put(name, 'queued', { partner: name === 'p3' ? 'globex' : 'acme' });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ since, limit: '2', ...(cursor !== undefined && { cursor }) }, OPERATORS_KEY);
      seen.push(...page.images);
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(['p5', 'p4', 'p3', 'p2', 'p1']);
  });

  it('chooses by life, state, code, source and image', async () => {
    const { list } = openApi();
    const since = new Date(clock.now() + 500).toISOString();
    await put('queued');
    await put('started', 'started');
    await put('finished', 'finished');
    await put('spoilt', 'image_failed');
    await put('missing', 'not_found', { source: 'http', requestId: `http:${'e'.repeat(64)}` });
    expect(await list({ since })).toMatchObject({ lives: ['failed', 'failed', 'finished', 'started', 'queued'] });
    expect((await list({ since, state: 'failed' })).images).toEqual(['missing', 'spoilt']);
    expect((await list({ since, state: 'succeeded' })).images).toEqual(['spoilt', 'finished', 'started']);
    expect((await list({ since, state: 'started' })).images).toEqual(['started']);
    expect((await list({ since, code: 'enhancement_failed' })).images).toEqual(['spoilt']);
    expect((await list({ since, code: 'not_found' })).images).toEqual(['missing']);
    expect((await list({ since, source: 'http' })).images).toEqual(['missing']);
    expect((await list({ image: 'started' })).images).toEqual(['started']);
    expect((await list({ image: 'started' }, OTHERS_KEY)).images).toEqual([]);
    expect((await list({ image: 'started' }, OPERATORS_KEY)).images).toEqual(['started']);
  });

  it('looks at a bounded number: where few fit, a page is short and has a next one', async () => {
    const { list } = openApi();
    await put('wanted', 'not_found', { partner: 'globex' });
    for (let count = 0; count < 850; count += 1) await put(`other-${count}`, 'queued', { partner: 'globex' });
    const first = await list({ state: 'failed', limit: '1' }, OTHERS_KEY);
    expect([first.images, typeof first.cursor]).toEqual([[], 'string']);
    const second = await list({ state: 'failed', limit: '1', cursor: first.cursor ?? '' }, OTHERS_KEY);
    expect(second.images).toEqual(['wanted']);
  });

  it('pages through an image’s requests of one partner among those of others, whose names stay theirs', async () => {
    const { list } = openApi();
    await put('shared');
    for (let count = 0; count < 4; count += 1) await put('shared', 'queued', { partner: 'globex' });
    const page = await list({ image: 'shared', limit: '1' });
    expect(page.images).toEqual(['shared']);
    expect(Buffer.from(page.cursor ?? '', 'base64url').toString()).not.toContain('globex');
  });

  it('shows none that has expired, which overtakes none either', async () => {
    const { list, call } = openApi();
    const { requestId } = await put('expired', 'not_found');
    clock.set(clock.now() + 1000);
    const early = { ...parts(), clock: standingClock(clock.now() - LEDGER_RETENTION_MS) };
    const expired = aRequest({ imageId: 'expired', acceptedAt: clock.now(), partner: 'acme' });
    await createLedger({ ...early, randomId: () => 'claim' }).accept(expired, limits);
    expect((await list({ image: 'expired' })).lives).toEqual(['failed']);
    expect((await call('POST', `/v3/requests/${requestId}/retry`)).status).toBe(202);
  });

  it.each([
    ['state', { state: 'done' }, 400],
    ['source', { source: 'mail' }, 400],
    ['code', { code: 'NOT FOUND' }, 400],
    ['since', { since: 'yesterday' }, 400],
    ['limit', { limit: '0' }, 400],
    ['cursor', { cursor: 'garbage' }, 400],
    ['image', { image: 'a b' }, 422],
  ])('refuses a %s that is none', async (_, query, status) => {
    expect((await openApi().call('GET', '/v3/requests', query)).status).toBe(status);
  });

  it('is not the whole list when a parameter is misspelt', async () => {
    const { status, body } = await openApi().call('GET', '/v3/requests', { State: 'succeeded' });
    expect([status, body.detail]).toEqual([400, expect.stringContaining('got "State": did you mean state?')]);
  });

  it('takes a date for the beginning of that day', async () => {
    expect((await openApi().list({ since: '2999-01-01' })).images).toEqual([]);
  });
});

describe('a request as one life', () => {
  it.each([
    ['queued', 'queued', 'accepted', undefined],
    ['started', 'started', 'succeeded', undefined],
    ['finished', 'finished', 'succeeded', undefined],
    ['image_failed', 'failed', 'succeeded', 'enhancement_failed'],
    ['not_found', 'failed', 'failed', 'not_found'],
  ] as const)('that is %s is told as %s, beside the state of its call', async (end, life, state, code) => {
    const { requestId } = await put('life', end);
    const { body } = await openApi().call('GET', `/v3/requests/${requestId}`);
    expect([body.life, body.state, body.error_code]).toEqual([life, state, code]);
  });

  it('is told by the endpoint’s record where that contradicts the webhook', async () => {
    const { requestId } = await put('contradicted', 'started');
    const completions = createCompletions({
      send: database.client.send.bind(database.client),
      table: database.table,
      clock,
    });
    const verdict = { by: 'webhook', hasFailed: false, at: NOON, confirmed: false, status: 'error' } as const;
    const meant = { requestId, state: 'succeeded' } as const;
    await completions.note(meant, { ...verdict, isAmbiguous: false }, limits);
    const { call, list } = openApi();
    expect((await call('GET', `/v3/requests/${requestId}`)).body.life).toBe('failed');
    expect((await list({ image: 'contradicted' })).lives).toEqual(['failed']);
  });

  it('is an operator’s to read, whosever it is', async () => {
    const { requestId } = await put('anybody', 'queued', { partner: 'globex' });
    const { call } = openApi();
    expect((await call('GET', `/v3/requests/${requestId}`)).status).toBe(404);
    expect((await call('GET', `/v3/requests/${requestId}`, undefined, OPERATORS_KEY)).body.partner).toBe('globex');
  });
});

describe('POST /v3/requests/{request_id}/retry', () => {
  it.each(['not_found', 'image_failed'] as const)(
    'sends again what is %s, with the same content, once',
    async (end) => {
      const failed = await put(`again-${end}`, end, {
        preferences: { rating: 4 },
        apiVersion: '2025-05-08',
        notAfter: NOON,
      });
      const { call, queued } = openApi();
      clock.set(clock.now() + 1000);
      const { status, headers, body } = await call('POST', `/v3/requests/${failed.requestId}/retry`);
      expect([status, headers.location]).toEqual([202, `/v3/requests/${body.request_id}`]);
      expect(body).toMatchObject({
        image_id: failed.imageId,
        life: 'queued',
        preferences: { rating: 4 },
        partner: 'acme',
      });
      expect(queued).toMatchObject([
        { request_id: body.request_id, preferences: { rating: 4 }, api_version: '2025-05-08' },
      ]);
      // A time that has passed would end it at once.
      expect(queued[0]).not.toHaveProperty('not_after');
      const again = await call('POST', `/v3/requests/${failed.requestId}/retry`);
      expect([again.status, again.body.request_id]).toEqual([202, body.request_id]);
    },
  );

  it('shows the new request that a second click finds ended', async () => {
    const failed = await put('ended', 'not_found');
    const { call } = openApi();
    const { body } = await call('POST', `/v3/requests/${failed.requestId}/retry`);
    const again = { ...failed, requestId: body.request_id };
    await ledger().record(
      again,
      { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: clock.now() },
      limits,
    );
    expect(await call('POST', `/v3/requests/${failed.requestId}/retry`)).toMatchObject({
      status: 200,
      body: { life: 'started' },
    });
  });

  it.each(['queued', 'started', 'finished'] as const)('refuses what is %s', async (end) => {
    const { requestId } = await put('unfailed', end);
    const { status, body } = await openApi().call('POST', `/v3/requests/${requestId}/retry`);
    expect([status, body.code, body.life]).toEqual([409, 'not_failed', end]);
  });

  it('refuses what a newer request of its image has overtaken, whoever sent that', async () => {
    const { requestId } = await put('overtaken', 'not_found');
    await put('overtaken', 'queued', { partner: 'globex' });
    const { status, body } = await openApi().call('POST', `/v3/requests/${requestId}/retry`);
    expect([status, body.code]).toEqual([409, 'superseded']);
  });

  it.each([
    ['other preferences', { body: { enhance_type: 'neutral' } }, 'takes no body'],
    ['another version', { headers: { 'x-api-version': '2025-05-08' } }, 'takes no header x-api-version'],
    ['another end', { headers: { 'reprocess-not-after': '2030-01-01T00:00:00Z' } }, 'no header reprocess-not-after'],
  ])('refuses %s, which would be lost', async (_, more, detail) => {
    const { requestId } = await put('other', 'not_found');
    const { call, queued } = openApi();
    const refused = await call('POST', `/v3/requests/${requestId}/retry`, undefined, KEY, more);
    expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining(detail)]);
    expect(queued).toEqual([]);
  });

  it('has no dry run, and sends nothing', async () => {
    const { requestId } = await put('dry', 'not_found');
    const { call, queued } = openApi();
    const { status, body } = await call('POST', `/v3/requests/${requestId}/retry`, { dry_run: 'true' });
    expect([status, body.detail]).toEqual([400, expect.stringContaining('takes no query parameters, got "dry_run"')]);
    expect(queued).toEqual([]);
  });

  it('does not know another partner’s', async () => {
    const { requestId } = await put('foreign', 'not_found', { partner: 'globex' });
    expect((await openApi().call('POST', `/v3/requests/${requestId}/retry`)).status).toBe(404);
  });
});

describe('a partner’s limits', () => {
  it('refuse what is beyond them with 429, and say when to come again', async () => {
    const { call } = openApi();
    const answers = [];
    for (let index = 0; index < 9; index += 1) answers.push(await call('GET', '/v3/requests', {}, SLOWED_KEY));
    expect(answers.slice(0, 8).map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(answers[8]).toMatchObject({
      status: 429,
      headers: { 'retry-after': '1', 'ratelimit-policy': '"calls";q=8;w=8', ratelimit: '"calls";r=0;t=1' },
      body: {
        code: 'limit_reached',
        detail:
          'a partner may make 8 calls at once, and 1 a second, and these are used up: make the same call again in 1 s',
      },
    });
    expect((await call('GET', '/v3/requests')).status).toBe(200);
  });

  it('are not looked at for a key that nobody has', async () => {
    const commands: string[] = [];
    const dynamo = async (command: object) => {
      commands.push(command.constructor.name);
      return {};
    };
    const api = open({ dynamo: dynamo as never });
    for (const key of ['', 'wrong']) {
      const response = await api.call({ method: 'GET', path: '/v3/requests', headers: { 'x-api-key': key } });
      expect(response.statusCode).toBe(401);
    }
    expect(commands).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { type CallbackClient, createCallbackClient } from '../../client/src/callback.ts';
import { type Client, createClient } from '../../client/src/create-client.ts';
import type { CallOptions } from '../../client/src/http/send.ts';
import type { Listing } from '../../client/src/listing.ts';
import { type Json, readJson, validatorOf } from '../docs/support/contract.ts';
import { all, networkError, type SentCall, scriptedFetch } from './support.ts';

const openApi = readJson('docs/openapi.json');
const problemOf = validatorOf(openApi, 'docs/openapi.json');

const ID = `http:${'0'.repeat(64)}`;

const BATCH_ID = `b_${'0'.repeat(32)}`;
const KEY = { idempotencyKey: 'spring-campaign-1' };
const OF_ACME = { partner: 'acme' };
const PAGE = { limit: 50, cursor: 'next' };

/** The members of a page, as the wire has them. */
async function pageOf(name: string, { pages }: Listing<unknown>): Promise<unknown> {
  const [page] = await all(pages());
  return { [name]: page?.items };
}

/** What the client does for each route, by the route's operation id. Every option is used. */
const USES: Readonly<Record<string, (client: Client & { readonly callback: CallbackClient }) => Promise<unknown>>> = {
  processImage: async ({ reprocess }) => {
    const options = {
      ...KEY,
      wait: 20,
      notAfter: new Date('2026-11-22T18:00:00Z'),
      apiVersion: '2025-05-08',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    };
    const result = await reprocess('house', { enhance_type: 'warm' }, options);
    return result.state === 'started' ? result.image : result.request;
  },
  readRequest: ({ requests }) => requests.get(ID),
  listRequests: ({ requests }) => pageOf('requests', requests.ofImage('house', PAGE)),
  listAllRequests: ({ requests }) => {
    const filter = { state: 'failed', code: 'not_found', source: 'http', image: 'house', partner: 'acme' } as const;
    return pageOf('requests', requests.list({ ...filter, since: '2026-11-22T12:00:00.000Z', ...PAGE }));
  },
  retryRequest: ({ requests }) => requests.retry(ID),
  readImage: ({ image }) => image('house'),
  previewImage: async ({ preview }) => JSON.parse(await (await preview('house', { of: 'original' })).text()),
  readHealth: ({ health }) => health(),
  createBatch: ({ batches }) => {
    const batch = new File(['image_id\nhouse\n'], 'spring.csv', { type: 'text/csv' });
    return batches.check(batch, { ...KEY, name: 'spring campaign' });
  },
  listBatches: ({ batches }) => pageOf('batches', batches.list({ state: 'running', partner: 'acme', ...PAGE })),
  getBatch: ({ batches }) => batches.get(BATCH_ID),
  listBatchLines: ({ batches }) =>
    pageOf('requests', batches.requests(BATCH_ID, { state: 'failed', code: 'not_found', ...PAGE })),
  getBatchResults: async ({ batches }) => (await batches.results(BATCH_ID)).json(),
  retryBatch: ({ batches }) => batches.retry(BATCH_ID),
  pauseBatch: ({ batches }) => batches.pause(BATCH_ID),
  resumeBatch: ({ batches }) => batches.resume(BATCH_ID),
  cancelBatch: ({ batches }) => batches.cancel(BATCH_ID),
  reprocessOrder: ({ batches }) => {
    const order = { orderId: 'order-1043', preferences: { hdr: true }, only: { status: ['error'] } };
    return batches.check(order, { ...KEY, name: 'spring campaign' });
  },
  readCallback: ({ callback }) => callback.get(OF_ACME),
  setCallback: ({ callback }) =>
    callback.set({ url: 'https://acme.example/hook', events: ['batch.finished'] }, OF_ACME),
  removeCallback: ({ callback }) => callback.remove(OF_ACME),
  testCallback: ({ callback }) => callback.test(OF_ACME),
  rotateCallbackSecret: ({ callback }) => callback.rotate(OF_ACME),
  listDeliveries: ({ callback }) => pageOf('deliveries', callback.deliveries({ ...OF_ACME, request_id: ID, ...PAGE })),
  resendDelivery: ({ callback }) => callback.resend(`msg_${'0'.repeat(32)}`, OF_ACME),
  listPartners: ({ callback }) => callback.partners(),
  readBudget: ({ budget }) => budget(),
  pauseAccount: ({ pause }) => pause({ reason: 'the account is being moved', until: new Date('2026-11-23T12:00:00Z') }),
  resumeAccount: ({ resume }) => resume(),
};

/** Not for a client: the second way to say the same, probes, the console's sessions, and Autoenhance's own call. */
const isForOthers = ({ method, tags }: Json) =>
  ['patch', 'head'].includes(method) || ['health', 'webhook', 'console'].some((tag) => tags.includes(tag));

const operations: readonly Json[] = Object.entries<Json>(openApi.paths)
  .flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({ ...operation, path, method })),
  )
  .filter((operation) => !isForOthers(operation));

/** Example bodies of success; without a cursor, so that a list has one page. The client passes on whatever came. */
function successesOf({ responses }: Json): readonly (readonly [number, Json])[] {
  return Object.entries<Json>(responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([status, { content }]) => {
      // Without a body.
      if (content === undefined) return [[Number(status), undefined] as const];
      const examples = Object.values<Json>(content['application/json']?.examples ?? { none: { value: { some: 1 } } });
      return examples.map(({ value: { next_cursor: _, ...value } }) => [Number(status), value] as const);
    });
}

/** The values that a call gives for the parameters of one place, by their names. */
function valuesIn(place: string, { path }: Json, { url, headers }: SentCall): Readonly<Record<string, string>> {
  if (place === 'query') return Object.fromEntries(url.searchParams);
  if (place === 'header') return Object.fromEntries(headers);
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`);
  const segments = pattern.exec(url.pathname)?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(segments[index] ?? '')]));
}

/** A text as its schema has it. */
const parsed = (value: string | undefined, { type }: Json) =>
  type === 'integer' || type === 'boolean' ? JSON.parse(value ?? '') : value;

function checkParameters(operation: Json, call: SentCall): void {
  for (const { in: place, name, schema, required } of operation.parameters ?? []) {
    // For what keeps responses, as a browser does.
    if (['If-None-Match', 'v'].includes(name)) continue;
    const values = valuesIn(place, operation, call);
    const value = values[place === 'header' ? name.toLowerCase() : name];
    // The test uses every parameter once, whether it is required or not.
    expect(value, `${place} ${name}${required ? ', which is required' : ''}`).toBeDefined();
    expect(problemOf(schema, parsed(value, schema)), `${place} ${name}: ${value}`).toBeUndefined();
  }
  const known = (operation.parameters ?? []).filter(({ in: place }: Json) => place === 'query');
  const given = [...call.url.searchParams.keys()];
  expect(given.filter((name) => !known.some((each: Json) => each.name === name))).toEqual([]);
}

function checkBody({ requestBody }: Json, { headers, body }: SentCall): void {
  if (requestBody === undefined) {
    expect(body).toBeUndefined();
    return;
  }
  const type = headers.get('content-type') ?? '';
  expect(Object.keys(requestBody.content)).toContain(type);
  const { schema } = requestBody.content[type];
  expect(problemOf(schema, type === 'application/json' ? JSON.parse(body ?? '') : body)).toBeUndefined();
}

it('the client has a use for each route, and for no other', () => {
  expect(Object.keys(USES).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
});

describe.each(operations.map((operation) => [operation.operationId as string, operation] as const))(
  '%s',
  (id, operation) => {
    const successes = successesOf(operation);
    it.each(successes)(
      'is called as the contract says, and its %i is what the client gives: %o',
      async (status, body) => {
        const headers = { 'reprocess-request-id': ID };
        const { fetch, calls } = scriptedFetch(new Response(body && JSON.stringify(body), { status, headers }));
        const options = { url: 'https://example.com', apiKey: 'key-1', fetch };
        const result = await USES[id]?.({ ...createClient(options), callback: createCallbackClient(options) });
        const [call, ...more] = calls;
        if (call === undefined) throw new Error('no call was made');
        expect(more).toEqual([]);
        expect(call.method.toLowerCase()).toBe(operation.method);
        expect(call.url.pathname).toMatch(new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
        expect(call.headers.get('x-api-key')).toBe('key-1');
        checkParameters(operation, call);
        checkBody(operation, call);
        expect(result).toEqual(body);
      },
    );
  },
);

type Ways = Client & { readonly callback: CallbackClient };

/** Each call of the client with options of its own. */
const WITH_OPTIONS: Readonly<Record<string, (client: Ways, options: CallOptions) => Promise<unknown>>> = {
  reprocess: ({ reprocess }, options) => reprocess('house', {}, options),
  image: ({ image }, options) => image('house', options),
  preview: ({ preview }, options) => preview('house', options),
  budget: ({ budget }, options) => budget(options),
  pause: ({ pause }, options) => pause({ reason: 'a move' }, options),
  resume: ({ resume }, options) => resume(options),
  health: ({ health }, options) => health(options),
  'requests.get': ({ requests }, options) => requests.get(ID, options),
  'requests.list': ({ requests }, options) => all(requests.list(options)),
  'requests.ofImage': ({ requests }, options) => all(requests.ofImage('house', options)),
  'requests.retry': ({ requests }, options) => requests.retry(ID, options),
  'requests.waitFor': ({ requests }, options) => requests.waitFor(ID, options),
  'batches.create': ({ batches }, options) => batches.create([], options),
  'batches.create of an order': ({ batches }, options) => batches.create({ orderId: '1', preferences: {} }, options),
  'batches.check': ({ batches }, options) => batches.check([], options),
  'batches.get': ({ batches }, options) => batches.get(BATCH_ID, options),
  'batches.list': ({ batches }, options) => all(batches.list(options)),
  'batches.requests': ({ batches }, options) => all(batches.requests(BATCH_ID, options)),
  'batches.watch': ({ batches }, options) => all(batches.watch(BATCH_ID, options)),
  'batches.results': ({ batches }, options) => batches.results(BATCH_ID, options),
  'batches.retry': ({ batches }, options) => batches.retry(BATCH_ID, options),
  'batches.pause': ({ batches }, options) => batches.pause(BATCH_ID, options),
  'batches.resume': ({ batches }, options) => batches.resume(BATCH_ID, options),
  'batches.cancel': ({ batches }, options) => batches.cancel(BATCH_ID, options),
  'callback.get': ({ callback }, options) => callback.get(options),
  'callback.set': ({ callback }, options) => callback.set({ url: 'https://acme.example/hook' }, options),
  'callback.remove': ({ callback }, options) => callback.remove(options),
  'callback.test': ({ callback }, options) => callback.test(options),
  'callback.rotate': ({ callback }, options) => callback.rotate(options),
  'callback.resend': ({ callback }, options) => callback.resend('msg_1', options),
  'callback.deliveries': ({ callback }, options) => all(callback.deliveries(options)),
  'callback.partners': ({ callback }, options) => callback.partners(options),
};

function waysBy(fetch: typeof globalThis.fetch): Ways {
  const options = { url: 'https://example.com', apiKey: 'key-1', fetch, retries: 1 };
  return { ...createClient(options), callback: createCallbackClient(options) };
}

it.each(Object.entries(WITH_OPTIONS))('%s ends with its signal', async (_, use) => {
  const { fetch, calls } = scriptedFetch(new Response('{}'));
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(use(waysBy(fetch), { signal })).rejects.toThrow('enough');
  expect(calls).toEqual([]);
});

it.each(['reprocess', 'image', 'preview', 'pause', 'requests.list', 'batches.results', 'callback.get'])(
  '%s has the time that it is given for all of its retries',
  async (name) => {
    const { fetch, calls } = scriptedFetch(networkError('ECONNRESET'));
    await expect(WITH_OPTIONS[name]?.(waysBy(fetch), { timeoutMs: 100 })).rejects.toThrow('ECONNRESET');
    expect(calls.length).toBe(1);
  },
);

/** What has images enhanced. */
const COSTS = ['reprocess', 'requests.retry', 'batches.create', 'batches.create of an order', 'batches.retry'];

it.each(Object.entries(WITH_OPTIONS))('%s leaves a doubt without an answer only if it costs', async (name, use) => {
  const { fetch } = scriptedFetch(networkError('ECONNRESET'));
  const mayHaveActed = COSTS.includes(name);
  await expect(use(waysBy(fetch), { timeoutMs: 100 })).rejects.toMatchObject({ code: 'not_reached', mayHaveActed });
});

import { describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../client/src/create-client.ts';
import { type Json, readJson, validatorOf } from '../docs/support/contract.ts';
import { all, type SentCall, scriptedFetch } from './support.ts';

const openApi = readJson('docs/openapi.json');
const problemOf = validatorOf(openApi, 'docs/openapi.json');

const ID = `http:${'0'.repeat(64)}`;

/** What the client does for each route, by the route's operation id. Every option is used. */
const USES: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  processImage: async ({ reprocess }) => {
    const result = await reprocess(
      'house',
      { enhance_type: 'warm' },
      {
        idempotencyKey: 'order-1043',
        wait: 20,
        notAfter: new Date('2026-11-22T18:00:00Z'),
        apiVersion: '2025-05-08',
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      },
    );
    return result.state === 'started' ? result.image : result.request;
  },
  readRequest: ({ requests }) => requests.get(ID),
  listRequests: async ({ requests }) => {
    const [page] = await all(requests.ofImage('house', { limit: 50, cursor: 'next' }).pages());
    return { requests: page?.items };
  },
};

/** Not for a client: the second way to say the same, probes, and Autoenhance's own call. */
const isForOthers = ({ method, tags }: Json) =>
  ['patch', 'head'].includes(method) || tags.includes('health') || tags.includes('webhook');

const operations: readonly Json[] = Object.entries<Json>(openApi.paths)
  .flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({ ...operation, path, method })),
  )
  .filter((operation) => !isForOthers(operation));

/** Example bodies of success; without a cursor, so that a list has one page. */
function successesOf({ responses }: Json): readonly (readonly [number, Json])[] {
  return Object.entries<Json>(responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([status, { content }]) => {
      const examples = Object.values<Json>(content?.['application/json']?.examples ?? {});
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
const parsed = (value: string | undefined, { type }: Json) => (type === 'integer' ? Number(value) : value);

function checkParameters(operation: Json, call: SentCall): void {
  for (const { in: place, name, schema, required } of operation.parameters ?? []) {
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
        const { fetch, calls } = scriptedFetch(new Response(JSON.stringify(body), { status, headers }));
        const client = createClient({ url: 'https://example.com', apiKey: 'key-1', fetch });
        const result = await USES[id]?.(client);
        const [call, ...more] = calls;
        if (call === undefined) throw new Error('no call was made');
        expect(more).toEqual([]);
        expect(call.method.toLowerCase()).toBe(operation.method);
        expect(call.url.pathname).toMatch(new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
        expect(call.headers.get('x-api-key')).toBe('key-1');
        checkParameters(operation, call);
        const schema = operation.requestBody?.content['application/json'].schema;
        if (schema !== undefined) expect(problemOf(schema, JSON.parse(call.body ?? ''))).toBeUndefined();
        expect(result).toEqual(body);
      },
    );

    it('has an example of success', () => {
      expect(successes.length).toBeGreaterThan(0);
    });
  },
);

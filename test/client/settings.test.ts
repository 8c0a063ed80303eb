import { afterEach, describe, expect, it, vi } from 'vitest';
import { createClient } from '../../client/src/create-client.ts';
import { parseSettings } from '../../client/src/settings.ts';
import { all, json, scriptedFetch } from './support.ts';

const url = 'https://example.com';
const list = json(200, { requests: [] });

/** The address that a client calls. */
async function addressFor(given: string): Promise<string | undefined> {
  const { fetch, calls } = scriptedFetch(list);
  await all(createClient({ url: given, fetch }).requests.ofImage('house'));
  return calls[0]?.url.href;
}

describe('url', () => {
  it.each([url, `${url}/`, `${url}//`])('%s is the address', async (given) => {
    expect(await addressFor(given)).toBe(`${url}/v3/images/house/requests`);
  });

  it('may have a path of its own', async () => {
    expect(await addressFor(`${url}/reprocess/`)).toBe(`${url}/reprocess/v3/images/house/requests`);
  });

  it.each(['', 'example.com', 'ftp://example.com', 'https://', `${url}?key=1`])('%s is refused', (given) => {
    expect(() => createClient({ url: given })).toThrow(/^url must be like/);
  });
});

describe('apiKey', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is in each call, and in no object that is shown', async () => {
    const { fetch, calls } = scriptedFetch(list);
    const client = createClient({ url, apiKey: 'secret-1', fetch });
    await all(client.requests.ofImage('house'));
    expect(calls[0]?.headers.get('x-api-key')).toBe('secret-1');
    expect(calls[0]?.headers.has('x-reprocess-console')).toBe(false);
    const { inspect } = await import('node:util');
    expect(inspect(client, { depth: 9, showHidden: true })).not.toContain('secret-1');
  });

  it.each(['secret-1\n', 'two words', 'sécret', ''])('%j is refused without being shown', (apiKey) => {
    const creation = () => createClient({ url, apiKey });
    expect(creation).toThrow(/^apiKey must be visible ASCII/);
    expect(creation).not.toThrow(/secret-1|words|sécret/);
  });

  it('is refused in a page of a browser', () => {
    vi.stubGlobal('document', {});
    expect(() => createClient({ url, apiKey: 'secret-1' })).toThrow(/^apiKey must not be in a page/);
    expect(createClient({ url, apiKey: 'secret-1', allowKeyInBrowser: true })).toHaveProperty('reprocess');
  });

  it('is not needed in a page whose session stands for it', async () => {
    vi.stubGlobal('document', {});
    const { fetch, calls } = scriptedFetch(list);
    await all(createClient({ url, fetch }).requests.ofImage('house'));
    expect(calls[0]?.headers.has('x-api-key')).toBe(false);
    expect(calls[0]?.headers.get('x-reprocess-console')).toBe('1');
  });
});

it('a call has a minute, with four retries, unless it is told otherwise', () => {
  expect(parseSettings({ url })).toEqual({ url, apiKey: undefined, timeoutMs: 60_000, retries: 4 });
});

it('a header that cannot be sent is an error at once', async () => {
  const { fetch, calls } = scriptedFetch(list);
  const call = createClient({ url, fetch }).reprocess('house', {}, { idempotencyKey: 'ключ' });
  await expect(call).rejects.toThrow(TypeError);
  expect(calls).toEqual([]);
});

it.each(['', '.', '..'])('the id %j is refused, since it would make another path', async (id) => {
  const { fetch, calls } = scriptedFetch(list);
  await expect(createClient({ url, fetch }).reprocess(id)).rejects.toThrow(/^an id must not be/);
  expect(calls).toEqual([]);
});

it('a success that is not JSON is an error: the address may be of something else', async () => {
  const { fetch } = scriptedFetch(new Response('<html>'));
  const call = createClient({ url, fetch }).reprocess('house');
  await expect(call).rejects.toMatchObject({
    status: 200,
    code: 'unreadable_response',
    mayHaveActed: true,
    body: '<html>',
  });
});

describe('a redirect', () => {
  const moved = new Response(null, { status: 308, headers: { location: 'https://other.example' } });

  it('is not followed by a call with a key, since the key would go with it', async () => {
    const { fetch, calls } = scriptedFetch(moved);
    const call = createClient({ url, apiKey: 'secret-1', fetch }).reprocess('house');
    await expect(call).rejects.toMatchObject({ status: 308, code: 'unreadable_response' });
    expect(calls.map(({ redirect }) => redirect)).toEqual(['manual']);
  });

  it('is left to fetch without a key', async () => {
    const { fetch, calls } = scriptedFetch(list);
    await all(createClient({ url, fetch }).requests.ofImage('house'));
    expect(calls.map(({ redirect }) => redirect)).toEqual(['follow']);
  });
});

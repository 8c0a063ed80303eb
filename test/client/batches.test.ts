import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BatchOptions } from '../../client/src/batches/hand-over.ts';
import { createClient } from '../../client/src/create-client.ts';
import { all, json, networkError, type Script, type SentCall, scriptedFetch } from './support.ts';

const BATCH_ID = `b_${'0'.repeat(32)}`;
const batch = { batch_id: BATCH_ID, state: 'running', finished_at: null };
const MB = 1_000_000;

function clientFor(...script: readonly Script[]) {
  const { fetch, calls } = scriptedFetch(...script);
  return { calls, client: createClient({ url: 'https://example.com', apiKey: 'key-1', fetch }) };
}

const told = ({ method, url, headers, body }: SentCall) => ({
  call: `${method} ${url.pathname}${url.search}`,
  type: headers.get('content-type'),
  body,
});

describe('a batch is made', () => {
  it('of a file, under its name', async () => {
    const { client, calls } = clientFor(json(202, batch));
    const file = new File(['image_id\nhouse\n'], 'spring campaign.csv');
    expect(await client.batches.create(file)).toEqual(batch);
    expect(calls.map(told)).toEqual([
      {
        call: 'POST /v3/batches?name=spring+campaign.csv',
        type: 'application/octet-stream',
        body: 'image_id\nhouse\n',
      },
    ]);
  });

  it.each(['/home/me/spring.csv', 'C:\\me\\spring.csv'])(
    'of a file whose name has folders before it: %s',
    async (path) => {
      const { client, calls } = clientFor(json(202, batch));
      await client.batches.create(new File(['image_id\nhouse\n'], path));
      expect(calls.map(told)).toMatchObject([{ call: 'POST /v3/batches?name=spring.csv' }]);
    },
  );

  it('of a file under another name', async () => {
    const { client, calls } = clientFor(json(202, batch));
    await client.batches.create(new File(['image_id\nhouse\n'], 'spring.csv'), { name: 'campaign' });
    expect(calls.map(told)).toMatchObject([{ call: 'POST /v3/batches?name=campaign' }]);
  });

  it('of a blob, by its type and under another name', async () => {
    const { client, calls } = clientFor(json(202, batch));
    await client.batches.create(new Blob(['image_id\nhouse\n'], { type: 'text/csv' }), { name: 'spring' });
    expect(calls.map(told)).toMatchObject([{ call: 'POST /v3/batches?name=spring', type: 'text/csv' }]);
  });

  it('of rows, one a line', async () => {
    const { client, calls } = clientFor(json(202, batch));
    const rows = [
      { image_id: 'house', preferences: { enhance_type: 'warm' } },
      { image_id: 'garden', preferences: {}, not_after: '2026-11-22T18:00:00Z' },
    ];
    await client.batches.create(rows);
    expect(calls.map(told)).toEqual([
      {
        call: 'POST /v3/batches?name=2+images',
        type: 'application/x-ndjson',
        body: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
      },
    ]);
  });

  it('of images that all want the same', async () => {
    const { client, calls } = clientFor(json(202, batch));
    await client.batches.create({ imageIds: ['house', 'garden'], preferences: { hdr: true } });
    expect(calls[0]?.body).toBe(
      '{"image_id":"house","preferences":{"hdr":true}}\n{"image_id":"garden","preferences":{"hdr":true}}\n',
    );
  });

  it('of an order', async () => {
    const { client, calls } = clientFor(json(202, batch));
    const order = { orderId: 'order/1', preferences: { hdr: true }, only: { status: ['error'] } };
    await client.batches.create(order, { name: 'again' });
    expect(calls.map(told)).toEqual([
      {
        call: 'POST /v3/orders/order%2F1/reprocess?name=again',
        type: 'application/json',
        body: '{"preferences":{"hdr":true},"only":{"status":["error"]}}',
      },
    ]);
  });

  it('without a key of its own: the service knows the same content under the same name, and a second call is no second batch', async () => {
    const { client, calls } = clientFor(networkError('ECONNRESET'), json(202, batch));
    await client.batches.create([{ image_id: 'house', preferences: {} }]);
    expect(calls.map(({ headers }) => headers.has('idempotency-key'))).toEqual([false, false]);
  });

  it('under a key that is given', async () => {
    const { client, calls } = clientFor(json(202, batch));
    await client.batches.create([], { idempotencyKey: 'order-1043' });
    expect(calls[0]?.headers.get('idempotency-key')).toBe('order-1043');
  });

  it('and says that it may have been made when no answer came', async () => {
    const { client } = clientFor(networkError('ECONNRESET'));
    await expect(client.batches.create([], { timeoutMs: 100 })).rejects.toMatchObject({ mayHaveActed: true });
  });
});

describe('a check', () => {
  it('sends nothing: it is a dry run', async () => {
    const { client, calls } = clientFor(json(200, { dry_run: true }));
    expect(await client.batches.check([{ image_id: 'house', preferences: {} }])).toEqual({ dry_run: true });
    await client.batches.check({ orderId: 'order-1', preferences: {} });
    expect(calls.map(told).map(({ call }) => call)).toEqual([
      'POST /v3/batches?dry_run=true&name=1+image',
      'POST /v3/orders/order-1/reprocess?dry_run=true',
    ]);
  });

  it('of what no call can take says so, and what to do, without a call', async () => {
    const { client, calls } = clientFor(json(200, { dry_run: true }));
    await client.batches.check(new File(['a'.repeat(4.5 * MB)], 'long.csv'));
    expect(calls.map(told).map(({ call }) => call)).toEqual(['POST /v3/batches?dry_run=true&name=long.csv']);
    const detail = 'a check takes 4.5 MB at most: check a part of it';
    await expect(client.batches.check(new File(['a'.repeat(4.5 * MB + 1)], 'long.csv'))).rejects.toMatchObject({
      ...{ code: 'too_large', detail, route: 'POST /v3/batches', mayHaveActed: false },
    });
    expect(calls.length).toBe(1);
  });

  it('has no effect, whatever becomes of the call', async () => {
    const { client } = clientFor(networkError('ECONNRESET'));
    await expect(client.batches.check([], { timeoutMs: 100 })).rejects.toMatchObject({ mayHaveActed: false });
  });
});

describe('a long file', () => {
  const upload = {
    method: 'PUT',
    url: 'https://bucket.example/key?signature=1',
    expires_at: '2026-11-22T13:00:00.000Z',
  };
  const announced = json(202, { ...batch, state: 'checking', upload });
  const long = (text: string) => new File([text.repeat(5 * MB)], 'long.csv');

  it('is uploaded to a URL that the service gives, which gets no key', async () => {
    const { client, calls } = clientFor(announced, new Response());
    expect(await client.batches.create(long('a'))).toMatchObject({ batch_id: BATCH_ID });
    const [first, second] = calls;
    expect(first && told(first)).toEqual({
      call: 'POST /v3/batches',
      type: 'application/json',
      body: '{"upload":{"file_name":"long.csv"},"name":"long.csv"}',
    });
    expect(second?.url.href).toBe(upload.url);
    expect(second?.method).toBe('PUT');
    expect(second?.body?.length).toBe(5 * MB);
    expect(second?.headers.has('x-api-key')).toBe(false);
    // Node would keep the whole file in memory for a redirect that it follows.
    expect(second?.redirect).toBe('error');
    expect(calls.length).toBe(2);
  });

  it('is one that does not fit into one call', async () => {
    const ofBytes = async (bytes: number) => {
      const { client, calls } = clientFor(announced, new Response());
      await client.batches.create(new File(['a'.repeat(bytes)], 'a.csv'));
      return calls.map(({ method }) => method);
    };
    expect(await ofBytes(4 * MB)).toEqual(['POST']);
    expect(await ofBytes(4 * MB + 1)).toEqual(['POST', 'PUT']);
  });

  it('is announced under the name and the key that are given, beside the name that says what it is', async () => {
    const { client, calls } = clientFor(announced, new Response());
    await client.batches.create(long('a'), { name: 'campaign', idempotencyKey: 'order-1043' });
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ upload: { file_name: 'long.csv' }, name: 'campaign' });
    expect(calls[0]?.headers.get('idempotency-key')).toBe('order-1043');
  });

  it('is announced under a key of its content and name, so that it is one batch however often it is handed over', async () => {
    const keyOf = async (file: File) => {
      const { client, calls } = clientFor(announced, new Response());
      await client.batches.create(file);
      return calls[0]?.headers.get('idempotency-key');
    };
    const key = await keyOf(long('a'));
    expect(key).toMatch(/^[\w+/=]{40,}$/);
    expect(await keyOf(long('a'))).toBe(key);
    expect(await keyOf(long('b'))).not.toBe(key);
    expect(await keyOf(new File(['a'.repeat(5 * MB), 'b'], 'long.csv'))).not.toBe(key);
    expect(await keyOf(new File(['a'.repeat(5 * MB)], 'other.csv'))).not.toBe(key);
    // Of a file that is hashed part by part each one counts.
    const parts = (first: string, second: string) =>
      new File(
        [first, second, 'a'].map((each) => each.repeat(4_000_000)),
        'l.csv',
      );
    const keys = await Promise.all([parts('a', 'a'), parts('b', 'a'), parts('a', 'b')].map(keyOf));
    expect(new Set(keys).size).toBe(3);
  });

  it('is not uploaded again when the service has it', async () => {
    const { client, calls } = clientFor(json(200, batch));
    await client.batches.create(long('a'));
    expect(calls.length).toBe(1);
  });

  it('has an hour for its upload, however long a call may take', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const put: Script = async (_call, signal) => {
      vi.advanceTimersByTime(3_599_000);
      signal.throwIfAborted();
      return new Response();
    };
    for (const options of [{}, { timeoutMs: undefined }]) {
      const { client, calls } = clientFor(announced, put);
      await client.batches.create(long('a'), options as BatchOptions);
      expect(calls.length).toBe(2);
    }
  });

  it('is uploaded no longer than its signal allows, and may be there although its upload failed', async () => {
    const controller = new AbortController();
    const aborted: Script = async () => {
      controller.abort(new Error('enough'));
      throw networkError('ECONNRESET');
    };
    const { client } = clientFor(announced, aborted);
    await expect(client.batches.create(long('a'), { signal: controller.signal })).rejects.toThrow('enough');
    const lost = clientFor(announced, networkError('ECONNRESET')).client.batches.create(long('a'), { timeoutMs: 100 });
    await expect(lost).rejects.toMatchObject({ code: 'not_reached', mayHaveActed: true });
  });

  it('is uploaded again when its connection breaks', async () => {
    const { client, calls } = clientFor(announced, networkError('ECONNRESET'), new Response());
    await client.batches.create(long('a'));
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'PUT', 'PUT']);
  });
});

it('the retry of a batch may have acted when no answer came', async () => {
  const { client } = clientFor(networkError('ECONNRESET'));
  await expect(client.batches.retry(BATCH_ID, { timeoutMs: 100 })).rejects.toMatchObject({ mayHaveActed: true });
});

describe('results', () => {
  it('are a response whose body is still to be read', async () => {
    const { client } = clientFor(new Response('image_id,state\n', { headers: { 'content-type': 'text/csv' } }));
    const response = await client.batches.results(BATCH_ID);
    expect(await response.text()).toBe('image_id,state\n');
  });

  it('of a batch that has ended come from a URL of their own, which gets no key', async () => {
    const location = 'https://bucket.example/results?signature=1';
    const { client, calls } = clientFor(
      new Response(null, { status: 302, headers: { location } }),
      new Response('rows'),
    );
    expect(await (await client.batches.results(BATCH_ID)).text()).toBe('rows');
    expect(calls.map(({ url, headers }) => [url.host, headers.has('x-api-key')])).toEqual([
      ['example.com', true],
      ['bucket.example', false],
    ]);
  });
});

it('a signal ends results also while they are read from a URL of their own', async () => {
  const controller = new AbortController();
  const moved = new Response(null, { status: 302, headers: { location: 'https://bucket.example/results' } });
  const aborted: Script = async () => {
    controller.abort(new Error('enough'));
    throw networkError('ECONNRESET');
  };
  const { client } = clientFor(moved, aborted);
  await expect(client.batches.results(BATCH_ID, { signal: controller.signal })).rejects.toThrow('enough');
});

it('results have the time that is given also where they are read from a URL of their own', async () => {
  const moved = new Response(null, { status: 302, headers: { location: 'https://bucket.example/results' } });
  const { client, calls } = clientFor(moved, networkError('ECONNRESET'));
  await expect(client.batches.results(BATCH_ID, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'not_reached' });
  expect(calls.map(({ url }) => url.host)).toEqual(['example.com', 'bucket.example']);
});

describe('watching', () => {
  it('gives each change until the batch has ended', async () => {
    const ended = { ...batch, state: 'finished', finished_at: '2026-11-22T12:00:00.000Z' };
    const { client, calls } = clientFor(json(200, batch), json(200, ended));
    expect(await all(client.batches.watch(BATCH_ID))).toEqual([batch, ended]);
    expect(calls.length).toBe(2);
  });

  it('ends at once with a batch that was refused', async () => {
    const refused = { ...batch, state: 'refused' };
    const { client } = clientFor(json(200, refused));
    expect(await all(client.batches.watch(BATCH_ID, { timeoutMs: 100 }))).toEqual([refused]);
  });
});

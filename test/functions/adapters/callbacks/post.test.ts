import { once } from 'node:events';
import { createServer as createHttp, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { selfSigned } from '../../../../bench/servers/self-signed.ts';
import type { Resolve } from '../../../../functions/adapters/callbacks/guarded-lookup.ts';
import { createPost } from '../../../../functions/adapters/callbacks/post.ts';
import { systemClock } from '../../../../functions/adapters/system-clock.ts';
import { standingClock } from '../../../support/fixtures.ts';

const LIMITS = { deadline: Number.POSITIVE_INFINITY, signal: new AbortController().signal };
const CONTENT = { headers: { 'webhook-id': 'msg_1' }, body: '{"a":"ä"}' };
const pair = selfSigned('localhost');
const CONNECT_MS = 3000;
const WHOLE_MS = 15_000;

/** Names lead where a test says, each time that they are asked for; the last answer stays. */
function dns(...answers: readonly (readonly string[])[]): Resolve & { readonly asked: string[] } {
  const left = [...answers];
  const asked: string[] = [];
  const resolve: Resolve = (hostname, _options, callback) => {
    asked.push(hostname);
    const addresses = (left.length > 1 ? left.shift() : left[0]) ?? [];
    setImmediate(() =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    );
  };
  return Object.assign(resolve, { asked });
}

async function started(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const receiver = (listener: RequestListener) => started(createHttp(listener));
const onThisMachine = createPost({ receivers: 'any', clock: systemClock });

/** A clock on which one of the two time limits passes at once, and the other only where the first does not count. */
function hasty(limit: number) {
  const timeout = (ms: number) => systemClock.timeout(ms === limit ? 50 : 20_000);
  return { ...systemClock, timeout };
}

describe('a POST', () => {
  it('sends the bytes and headers that it was given, and says what came back', async () => {
    const port = await receiver(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const { method, headers } = request;
      response.end(JSON.stringify({ method, headers, body: Buffer.concat(parts).toString() }));
    });
    const answer = await onThisMachine(`http://127.0.0.1:${port}/hook?x=1`, CONTENT, LIMITS);
    if (answer.kind !== 'answered') throw new Error(answer.error);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      method: 'POST',
      headers: { host: `127.0.0.1:${port}`, 'content-length': '10', 'webhook-id': 'msg_1' },
      body: CONTENT.body,
    });
  });

  it('follows no redirect', async () => {
    const asked: (string | undefined)[] = [];
    const port = await receiver((request, response) => {
      asked.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await onThisMachine(`http://127.0.0.1:${port}/`, CONTENT, LIMITS)).toMatchObject({ status: 307 });
    expect(asked).toEqual(['/']);
  });

  it('reads 4 KB of an endless answer', async () => {
    const port = await receiver((_request, response) => {
      const more = () => response.write('x'.repeat(1000)) && setImmediate(more);
      response.on('drain', more);
      more();
    });
    const answer = await onThisMachine(`http://127.0.0.1:${port}/`, CONTENT, LIMITS);
    expect(answer).toMatchObject({ status: 200, text: 'x'.repeat(4096) });
  });

  it.each([
    ['30', 30_000],
    ['nonsense', undefined],
  ])('heeds Retry-After: %s', async (value, ms) => {
    const port = await receiver((_request, response) => response.writeHead(503, { 'retry-after': value }).end('later'));
    const answer = await onThisMachine(`http://127.0.0.1:${port}/`, CONTENT, LIMITS);
    expect(answer).toMatchObject({ status: 503, text: 'later', ...(ms !== undefined && { retryAfterMs: ms }) });
    expect('retryAfterMs' in answer).toBe(ms !== undefined);
  });

  it.each([
    ['answered', (response: ServerResponse) => void response.end('fine')],
    ['not_answered', (response: ServerResponse) => void response.destroy()],
  ])('says how long it took, whatever it came to: %s', async (kind, answer) => {
    const clock = standingClock();
    const port = await receiver((_request, response) => {
      clock.set(clock.now() + 1500);
      answer(response);
    });
    const post = createPost({ receivers: 'any', clock });
    expect(await post(`http://127.0.0.1:${port}/`, CONTENT, LIMITS)).toMatchObject({ kind, durationMs: 1500 });
  });

  it('takes the status of an answer whose body never ends', async () => {
    const port = await receiver((_request, response) => void response.writeHead(200).write('some'));
    // The time is over once the status is there, which is when the clock is looked at again.
    const whole = new AbortController();
    let looks = 0;
    const clock = {
      ...systemClock,
      now() {
        looks += 1;
        if (looks === 2) setTimeout(() => whole.abort(), 50);
        return systemClock.now();
      },
      timeout: (ms: number) =>
        ms === WHOLE_MS ? { signal: whole.signal, clear: () => {} } : systemClock.timeout(20_000),
    };
    const post = createPost({ receivers: 'any', clock });
    expect(await post(`http://127.0.0.1:${port}/`, CONTENT, LIMITS)).toMatchObject({ status: 200, text: 'some' });
  });
});

describe('a receiver that', () => {
  const silent = () => started(createTcp(() => {}));

  it('does not answer is not waited for', async () => {
    const port = await silent();
    const post = createPost({ receivers: 'any', clock: hasty(WHOLE_MS) });
    expect(await post(`http://127.0.0.1:${port}/`, CONTENT, LIMITS)).toMatchObject({ error: 'no answer within 15 s' });
  });

  it('takes a connection and never speaks TLS is not waited for', async () => {
    const port = await silent();
    const post = createPost({ receivers: 'any', clock: hasty(CONNECT_MS) });
    expect(await post(`https://127.0.0.1:${port}/`, CONTENT, LIMITS)).toMatchObject({
      error: 'no connection within 3 s',
    });
  });

  it.each([
    ['http', (listener: RequestListener) => createHttp(listener)],
    ['https', (listener: RequestListener) => createHttps(pair, listener)],
  ] as const)('is connected by %s is waited for beyond the time for that', async (scheme, serve) => {
    const connecting = new AbortController();
    let isConnecting = true;
    const clear = () => {
      isConnecting = false;
    };
    const timeout = (ms: number) =>
      ms === CONNECT_MS ? { signal: connecting.signal, clear } : systemClock.timeout(3_600_000);
    const port = await started(
      serve((_request, response) => {
        if (isConnecting) connecting.abort();
        response.end('at last');
      }),
    );
    const post = createPost({ receivers: 'any', clock: { ...systemClock, timeout }, ca: pair.cert });
    expect(await post(`${scheme}://localhost:${port}/`, CONTENT, LIMITS)).toMatchObject({
      status: 200,
      text: 'at last',
    });
  });

  it('has a name that nobody answers for is not waited for', async () => {
    const post = createPost({ receivers: 'any', clock: hasty(CONNECT_MS), resolve: () => {} });
    expect(await post('http://example.test/', CONTENT, LIMITS)).toMatchObject({ error: 'no connection within 3 s' });
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ['hangs up', (socket) => socket.destroy(), 'the receiver closed the connection without an answer'],
    ['does not speak HTTP', (socket) => socket.end('SSH-2.0\r\n\r\n'), 'the answer of the receiver is not HTTP'],
  ])('%s is told so', async (_what, act, error) => {
    const port = await started(createTcp((socket) => socket.on('error', () => {}).once('data', () => act(socket))));
    const answer = await onThisMachine(`http://127.0.0.1:${port}/`, CONTENT, LIMITS);
    expect(answer).toMatchObject({ kind: 'not_answered', error: expect.stringContaining(error) });
  });

  it('is not there is told so', async () => {
    const server = createTcp();
    const port = await started(server);
    server.close();
    await once(server, 'close');
    expect(await onThisMachine(`http://127.0.0.1:${port}/`, CONTENT, LIMITS)).toMatchObject({
      error: 'the receiver refused the connection',
    });
  });

  it('answers after the function has ended is too late', async () => {
    const port = await silent();
    const signal = AbortSignal.timeout(50);
    expect(await onThisMachine(`http://127.0.0.1:${port}/`, CONTENT, { ...LIMITS, signal })).toMatchObject({
      error: 'the function ended before the answer came',
    });
  });
});

it('a POST is not begun once the function has ended', async () => {
  const resolve = dns(['127.0.0.1']);
  const post = createPost({ receivers: 'any', clock: systemClock, resolve });
  expect(await post('http://receiver.test:9/', CONTENT, { ...LIMITS, signal: AbortSignal.abort() })).toMatchObject({
    error: 'the function ended before the answer came',
  });
  expect(resolve.asked).toEqual([]);
});

describe('over TLS, a POST', () => {
  const seen: { readonly servername: unknown; readonly host: string | undefined }[] = [];
  const tls = () =>
    started(
      createHttps(pair, ({ socket, headers }, response) => {
        seen.push({ servername: (socket as TLSSocket & { servername?: unknown }).servername, host: headers.host });
        response.end('ok');
      }),
    );

  it('connects to the address that was checked, under its own name', async () => {
    const port = await tls();
    const resolve = dns(['127.0.0.1']);
    const post = createPost({ receivers: 'any', clock: systemClock, resolve, ca: pair.cert });
    const answer = await post(`https://localhost:${port}/`, CONTENT, LIMITS);
    expect(answer).toMatchObject({ status: 200, text: 'ok' });
    expect(resolve.asked).toEqual(['localhost']);
    expect(seen.splice(0)).toEqual([{ servername: 'localhost', host: `localhost:${port}` }]);
  });

  it.each([
    ['nobody vouches for', 'localhost', undefined],
    ['is of another name', 'receiver.test', pair.cert],
  ])('to a certificate that %s sends nothing', async (_what, host, ca) => {
    const port = await tls();
    const parts = { receivers: 'any', clock: systemClock, resolve: dns(['127.0.0.1']) } as const;
    const answer = await createPost({ ...parts, ...(ca !== undefined && { ca }) })(
      `https://${host}:${port}/`,
      CONTENT,
      LIMITS,
    );
    expect(answer).toMatchObject({ error: expect.stringContaining('the certificate of the receiver is not valid') });
    expect(seen).toEqual([]);
  });
});

describe('to the internet alone, a POST', () => {
  const NOT_PUBLIC = 'the name of the receiver must lead to public addresses only';

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://0/',
    'https://①②⑦.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[0:0:0:0:0:ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fe80::1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/',
    'https://10.0.0.1:8443/',
  ])('to %s is not begun', async (url) => {
    const resolve = dns(['8.8.8.8']);
    const answer = await createPost({ receivers: 'public', clock: systemClock, resolve })(url, CONTENT, LIMITS);
    expect(answer).toMatchObject({ error: NOT_PUBLIC });
    expect(resolve.asked).toEqual([]);
  });

  it.each([
    ['is private', ['10.0.0.1']],
    ["is the function's own", ['127.0.0.1']],
    ['is private beside a public one', ['8.8.8.8', '192.168.1.1']],
    ['is private in IPv6', ['2606:4700::1', 'fd00::1']],
    ['is none', []],
  ])('to a name whose address %s is not begun', async (_what, addresses) => {
    const resolve = dns(addresses);
    const post = createPost({ receivers: 'public', clock: systemClock, resolve });
    expect(await post('https://receiver.test/', CONTENT, LIMITS)).toMatchObject({ error: NOT_PUBLIC });
    expect(resolve.asked).toEqual(['receiver.test']);
  });

  it('to this machine by its own resolver is not begun', async () => {
    const post = createPost({ receivers: 'public', clock: systemClock });
    expect(await post('https://localhost/', CONTENT, LIMITS)).toMatchObject({ error: NOT_PUBLIC });
  });

  it.each(['http://8.8.8.8/', 'https://8.8.8.8:22/', 'https://user@8.8.8.8/'])('to %s is not begun', async (url) => {
    const post = createPost({ receivers: 'public', clock: systemClock });
    expect(await post(url, CONTENT, LIMITS)).toMatchObject({ kind: 'not_answered', error: expect.any(String) });
  });

  it('goes to the address that was checked, wherever the name leads a moment later', async () => {
    const port = await receiver((_request, response) => response.end('the checked one'));
    // 127.0.0.2 stands for what must not be reached.
    const isAllowed = (address: string) => address === '127.0.0.1';
    const resolve = dns(['127.0.0.1'], ['127.0.0.2']);
    const post = createPost({ receivers: 'any', clock: systemClock, resolve, isAllowed });
    const url = `http://receiver.test:${port}/`;
    expect(await post(url, CONTENT, LIMITS)).toMatchObject({ status: 200, text: 'the checked one' });
    expect(resolve.asked).toHaveLength(1);
    expect(await post(url, CONTENT, LIMITS)).toMatchObject({ error: NOT_PUBLIC });
    expect(resolve.asked).toHaveLength(2);
  });
});

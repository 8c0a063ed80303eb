import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../../../bench/servers/self-signed.ts';
import { createClient, failureOf, get, KEY, limits, listen, OK, routeTo, shown } from './support.ts';
import { startTlsServer, VERSIONS } from './tls-support.ts';

// Of 127.0.0.1. What is trusted is read once for a process, at its first connection.
const trusted = selfSigned();
setDefaultCACertificates([...getCACertificates('default'), trusted.cert]);

const CLOSING = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok';

describe.each(VERSIONS)('over %s', (version) => {
  const options = { minVersion: version, maxVersion: version };

  test('a connection is kept, and offers HTTP/1.1 alone and no name for an address', async () => {
    const server = await startTlsServer(trusted, options);
    const client = createClient(server.url);
    await client.open(limits());
    expect(server.paths()).toEqual([]);
    for (const path of ['/1', '/2', '/3']) expect(await get(client, path)).toMatchObject({ status: 200 });
    expect(server.carriers()).toEqual([1, 1, 1]);
    expect(server.handshakes()).toEqual([{ name: false, protocol: 'http/1.1', isResumed: false }]);
    expect(server.offered()).toMatchObject([{ protocols: ['http/1.1'] }]);
  });

  test('a second connection resumes the session of the first', async () => {
    const server = await startTlsServer(trusted, options, () => CLOSING);
    const client = createClient(server.url);
    for (let call = 0; call < 3; call += 1) expect(await get(client)).toMatchObject({ status: 200 });
    expect(server.handshakes().map(({ isResumed }) => isResumed)).toEqual([false, true, true]);
  });

  test('a client has no session of another', async () => {
    const server = await startTlsServer(trusted, options, () => CLOSING);
    for (let call = 0; call < 2; call += 1) await get(createClient(server.url));
    expect(server.handshakes().map(({ isResumed }) => isResumed)).toEqual([false, false]);
  });

  test('a session that the server has forgotten costs no more than a whole handshake', async () => {
    const server = await startTlsServer(trusted, options, () => CLOSING);
    const client = createClient(server.url);
    await get(client);
    server.server.setTicketKeys(randomBytes(48));
    for (let call = 0; call < 2; call += 1) expect(await get(client)).toMatchObject({ status: 200 });
    expect(server.handshakes().map(({ isResumed }) => isResumed)).toEqual([false, false, true]);
  });

  test('a server that then shows a certificate that nobody trusts is refused, and nothing is sent', async () => {
    const server = await startTlsServer(trusted, options, () => CLOSING);
    const client = createClient(server.url);
    await get(client, '/before');
    server.server.setTicketKeys(randomBytes(48));
    server.server.setSecureContext({ ...selfSigned(), ...options });
    expect(await failureOf(get(client, '/after'))).toMatchObject({ name: 'ConnectionError', sent: false });
    await expect.poll(server.closed).toBe(2);
    expect(server.paths()).toEqual(['/before']);
  });

  test('a name that the certificate has not is refused every time, and nothing is sent', async () => {
    const server = await startTlsServer(trusted, options);
    const client = createClient(`https://localhost:${server.port}`);
    for (const attempt of [1, 2, 3]) {
      const error = await failureOf(get(client));
      expect(error).toMatchObject({ name: 'ConnectionError', sent: false, code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
      await expect.poll(server.closed).toBe(attempt);
    }
    expect(server.paths()).toEqual([]);
    expect(server.offered()).toMatchObject(Array(3).fill({ servername: 'localhost', protocols: ['http/1.1'] }));
  });

  test('an address that the certificate has not is refused, and nothing is sent', async () => {
    const server = await startTlsServer(trusted, options);
    routeTo(server.port);
    const error = await failureOf(get(createClient('https://127.0.0.2')));
    expect(error).toMatchObject({ sent: false, code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    await expect.poll(server.closed).toBe(1);
    expect(server.paths()).toEqual([]);
  });

  test('an answer is read whole, longer than a record or until the connection ends', async () => {
    const long = 'x'.repeat(100_000);
    const server = await startTlsServer(trusted, options, ({ socket, path }) => {
      if (path === '/long') return `HTTP/1.1 200 OK\r\nContent-Length: ${long.length}\r\n\r\n${long}`;
      socket.end(`HTTP/1.1 200 OK\r\n\r\n${long}`);
      return undefined;
    });
    const client = createClient(server.url);
    for (const path of ['/long', '/ends']) {
      const { body, broken } = await get(client, path);
      expect([body.toString() === long, broken]).toEqual([true, undefined]);
    }
  });

  test('an idle connection that the other side ends, or sends on, is not used', async () => {
    const server = await startTlsServer(trusted, options, ({ socket, path }) => {
      if (path === '/end') setImmediate(() => socket.end());
      if (path === '/more') setImmediate(() => socket.write(OK));
      return OK;
    });
    const client = createClient(server.url);
    for (const [at, path] of ['/end', '/more', '/last'].entries()) {
      expect(await get(client, path)).toMatchObject({ status: 200, body: Buffer.from('ok') });
      if (path !== '/last') await expect.poll(server.closed).toBe(at + 1);
    }
    expect(server.carriers()).toEqual([1, 2, 3]);
  });

  test('the usual port is 443, and is not named', async () => {
    let host: string | undefined;
    const server = await startTlsServer(trusted, options, ({ text }) => {
      host = /host: (.*)\r\n/.exec(text)?.[1];
      return OK;
    });
    const asked = routeTo(server.port);
    await get(createClient('https://127.0.0.1'));
    expect([host, asked]).toEqual(['127.0.0.1', [443]]);
  });
});

test('no version before 1.2 is spoken', async () => {
  const server = await startTlsServer(trusted, {
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'ALL@SECLEVEL=0',
  });
  expect(await failureOf(get(createClient(server.url)))).toMatchObject({ name: 'ConnectionError', sent: false });
  expect(server.handshakes()).toEqual([]);
});

test('a server that speaks no TLS is sent no request, and nothing of its answer is shown', async () => {
  const received: Buffer[] = [];
  const port = await listen(
    createServer((socket) => {
      socket.on('error', () => {}).on('data', (data) => received.push(data));
      socket.write(`HTTP/1.1 400 ${KEY}\r\nContent-Length: 0\r\n\r\n`);
    }),
  );
  const error = await failureOf(get(createClient(`https://127.0.0.1:${port}`), `/${KEY}`));
  expect(error).toMatchObject({ name: 'ConnectionError', sent: false });
  expect(shown(error)).not.toContain(KEY);
  expect(Buffer.concat(received).includes(KEY)).toBe(false);
});

import dns, { type LookupAddress } from 'node:dns';
import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createClient, failureOf, get, startServer } from './support.ts';

describe('an address of IPv6', () => {
  const hasOwn = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
  // Where there is no IPv6, its addresses for those of IPv4 still lead somewhere.
  const [address, written] = hasOwn ? ['::1', '::1'] : ['::ffff:127.0.0.1', '::ffff:7f00:1'];

  test('is called without its brackets, and named with them', async () => {
    const server = await startServer(undefined, hasOwn ? '::1' : '127.0.0.1');
    const answer = await get(createClient(`http://[${address}]:${server.port}`));
    expect(answer).toMatchObject({ status: 200 });
    expect((await server.request(1)).text).toBe(`GET / HTTP/1.1\r\nhost: [${written}]:${server.port}\r\n\r\n`);
  });
});

describe('a name with two addresses', () => {
  // Who has which name is not a test's to say; the connections are real.
  function nameWith(...addresses: readonly string[]): void {
    const found: LookupAddress[] = addresses.map((address) => ({ address, family: 4 }));
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((_name: string, _options: object, done: Found) => {
      process.nextTick(done, null, found);
    }) as typeof dns.lookup);
    onTestFinished(() => lookup.mockRestore());
  }

  test('is reached at the second where the first refuses', async () => {
    const server = await startServer();
    nameWith('127.0.0.2', '127.0.0.1');
    const client = createClient(`http://two.example:${server.port}`);
    expect(await get(client)).toMatchObject({ status: 200, body: Buffer.from('ok') });
    expect(await get(client)).toMatchObject({ status: 200, body: Buffer.from('ok') });
    expect((await server.request(1)).text).toContain(`\r\nhost: two.example:${server.port}\r\n`);
    expect(server.carriers()).toEqual([1, 1]);
  });

  test('fails with what each of them said where both refuse', async () => {
    nameWith('127.0.0.2', '127.0.0.3');
    const error = await failureOf(get(createClient('http://two.example:1')));
    expect(error).toMatchObject({
      name: 'ConnectionError',
      sent: false,
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED 127.0.0.2:1, connect ECONNREFUSED 127.0.0.3:1',
    });
  });
});

type Found = (error: null, addresses: readonly LookupAddress[]) => void;

import { expect, test } from 'vitest';
import { selfSigned } from '../../../bench/servers/self-signed.ts';
import { createClient, failureOf, limits, post } from './support.ts';
import { startTlsServer, VERSIONS } from './tls-support.ts';

// What is trusted is read once for a process: in this one nobody is.
test.each(VERSIONS)(
  'a certificate that nobody trusts is refused every time, and nothing is sent (%s)',
  async (version) => {
    const server = await startTlsServer(selfSigned(), { minVersion: version, maxVersion: version });
    const client = createClient(server.url);
    for (const attempt of [1, 2, 3]) {
      const call = attempt === 3 ? client.open(limits()) : post(client);
      expect(await failureOf(call)).toMatchObject({
        name: 'ConnectionError',
        sent: false,
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        message: expect.stringContaining('self-signed certificate'),
      });
      await expect.poll(server.closed).toBe(attempt);
    }
    expect(server.paths()).toEqual([]);
  },
);

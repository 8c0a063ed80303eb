import { describe, expect, test } from 'vitest';
import { createClient, failureOf, get, limits, startMute, startServer } from './support.ts';

describe('to open a connection', () => {
  test('sends nothing, and the next call uses it', async () => {
    const server = await startServer();
    const client = createClient(server.url);
    await client.open(limits());
    expect(server.paths()).toEqual([]);
    await get(client);
    expect([server.carriers(), server.connections()]).toEqual([[1], 1]);
  });

  test('opens none where one is idle', async () => {
    const server = await startServer();
    const client = createClient(server.url);
    await get(client);
    await client.open(limits());
    await get(client);
    expect(server.connections()).toBe(1);
  });

  test.each([
    [4_000, 1],
    [6_000, 2],
  ])(
    'is for soon: after %d ms without a call there are %d, since servers wait shortly for a first one',
    async (ms, connections) => {
      const server = await startServer();
      let now = 1_000_000;
      const client = createClient(server.url, { clock: { now: () => now } });
      await client.open(limits());
      now += ms;
      await get(client);
      expect(server.connections()).toBe(connections);
      // One that has carried a call is kept.
      now += 600_000;
      await get(client);
      expect(server.connections()).toBe(connections);
    },
  );

  test('fails where it cannot, and leaves room for the next', async () => {
    const refusing = createClient('http://127.0.0.1:1', { maxConnections: 1 });
    const mute = createClient((await startMute()).url, { maxConnections: 1 });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const refused = await failureOf(refusing.open(limits()));
      expect(refused).toMatchObject({ name: 'ConnectionError', sent: false, code: 'ECONNREFUSED' });
      const late = await failureOf(mute.open(limits({ connectTimeoutMs: 30 })));
      expect(late).toMatchObject({ name: 'TimeoutError', sent: false, message: 'no connection within 30 ms' });
      const given = await failureOf(mute.open(limits({ signal: AbortSignal.abort() })));
      expect(given).toMatchObject({ name: 'AbortError', sent: false });
    }
  });
});

import { once } from 'node:events';
import { Agent, type IncomingMessage, get as nodeGet } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { cut, places, wellFormed } from './answers.ts';
import { createClient, get, startServer } from './support.ts';

test('any well-formed answer reads as it does by the client that Node has', async () => {
  let pieces: readonly string[] = [];
  let ends = false;
  const server = await startServer(({ socket }) => {
    const [toWrite, toEnd] = [pieces, ends];
    void (async () => {
      for (const piece of toWrite) {
        socket.write(piece, 'latin1');
        await turn();
      }
      if (toEnd) socket.end();
    })();
    return undefined;
  });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const client = createClient(server.url);

  await fc.assert(
    fc.asyncProperty(wellFormed, places, async ({ text, closes }, at) => {
      pieces = cut(text, at);
      ends = closes;
      const ours = await get(client);
      const theirs = await byNode(server.port, agent);
      expect(ours.broken).toBeUndefined();
      expect(ours.status).toBe(theirs.status);
      expect(ours.body.toString('latin1')).toBe(theirs.body);
      expect({ ...ours.headers }).toEqual(theirs.headers);
    }),
    { numRuns: 300 },
  );
});

async function byNode(port: number, agent: Agent) {
  const request = nodeGet({ port, host: '127.0.0.1', agent });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  // The response hears of it too.
  request.on('error', () => {});
  const body = await buffer(response);
  return { status: response.statusCode, headers: { ...response.headers }, body: body.toString('latin1') };
}

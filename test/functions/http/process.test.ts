import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { OK, startServer } from './support.ts';

const CLIENT = join(import.meta.dirname, '../../../functions/http/client.ts');

test('connections that are idle keep no process alive', async () => {
  const server = await startServer();
  const { code, output } = await run(
    server.url,
    `await client.open(limits);
     const answers = await Promise.all([get('/1'), get('/2')]);
     console.log(...answers.map(({ status }) => status));`,
  );
  expect({ code, output }).toEqual({ code: 0, output: '200 200\n' });
  expect(server.connections()).toBe(2);
});

test('a connection that was opened for later keeps no process alive', async () => {
  const server = await startServer();
  const { code } = await run(server.url, 'await client.open(limits);');
  expect([code, server.connections()]).toEqual([0, 1]);
});

test('a call keeps the process alive until its time is up, on a kept connection too', async () => {
  const server = await startServer(({ path }) => (path === '/held' ? undefined : OK));
  const { code, output } = await run(
    server.url,
    `await get('/1');
     const error = await get('/held', 300).catch((reason) => reason);
     console.log(error.name);
     const [first, waiting] = await Promise.allSettled([get('/held', 600), get('/held', 300)]);
     console.log(first.reason.name, waiting.reason.sent);`,
    1,
  );
  expect({ code, output }).toEqual({ code: 0, output: 'TimeoutError\nTimeoutError false\n' });
});

test('a kept connection holds nothing of the calls that it has carried', async () => {
  const server = await startServer();
  const { output } = await run(
    server.url,
    `const held = [];
     for (let call = 0; call < 3; call += 1) {
       const { signal } = new AbortController();
       const { body } = await client.send({ method: 'GET', path: '/', headers: [], body: '' }, { ...limits, signal });
       held.push(new WeakRef(signal), new WeakRef(body));
     }
     await new Promise((resolve) => setTimeout(resolve, 10));
     gc();
     // The last one may still be on the stack.
     console.log(held.slice(0, -2).filter((reference) => reference.deref() !== undefined).length);`,
  );
  expect([output, server.connections()]).toEqual(['0\n', 1]);
});

/** Runs statements in a process of their own, which has to end by itself. */
async function run(endpoint: string, statements: string, maxConnections = 8) {
  const script = `
    const { createHttpClient } = await import(${JSON.stringify(CLIENT)});
    const clock = { now: () => Date.now() };
    const client = createHttpClient({ endpoint: '${endpoint}', maxConnections: ${maxConnections}, clock });
    const limits = { connectTimeoutMs: 20_000, timeoutMs: 20_000, maxBytes: 1_000 };
    const get = (path, timeoutMs = 20_000) =>
      client.send({ method: 'GET', path, headers: [], body: '' }, { ...limits, timeoutMs });
    ${statements}`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { code, output };
}

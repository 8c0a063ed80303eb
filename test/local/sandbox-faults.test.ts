import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFaultPlan, type Fault, seededRandom } from '../../local/sandbox/faults.ts';
import { KNOWN_IMAGES } from '../../local/sandbox/known-images.ts';
import { createSandbox, type Sandbox } from '../../local/sandbox/server.ts';

const KEY = 'sandbox-key';
const { house, garden } = KNOWN_IMAGES;

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await createSandbox({ apiKey: KEY });
});
afterEach(() => sandbox.close());

describe('a planned fault', () => {
  const process = { kind: 'process', imageId: 'a' } as const;

  test('hits every call until it is removed', () => {
    const plan = createFaultPlan(() => 0);
    const { id } = plan.add({ kind: 'reset' });
    expect([1, 2, 3].map(() => plan.next(process)?.kind)).toEqual(['reset', 'reset', 'reset']);
    expect(plan.list()).toEqual([{ id, fault: { kind: 'reset' }, hits: 3 }]);
    plan.remove(id);
    expect(plan.next(process)).toBeUndefined();
  });

  test('affects as many calls as planned, and leaves the rest to the next fault', () => {
    const plan = createFaultPlan(() => 0);
    plan.add({ kind: 'reset', times: 2 });
    plan.add({ kind: 'hang', times: 1 });
    expect([1, 2, 3, 4].map(() => plan.next(process)?.kind)).toEqual(['reset', 'reset', 'hang', undefined]);
  });

  test('is counted apart from another one of its kind', () => {
    const plan = createFaultPlan(() => 0);
    plan.add({ kind: 'reset', imageId: 'a', times: 1 });
    plan.add({ kind: 'reset', imageId: 'b', times: 1 });
    expect([plan.next(process)?.kind, plan.next({ ...process, imageId: 'b' })?.kind]).toEqual(['reset', 'reset']);
    expect(plan.list().map(({ hits }) => hits)).toEqual([1, 1]);
  });

  test('hits only the image and the call that it names', () => {
    const plan = createFaultPlan(() => 0);
    plan.add({ kind: 'reset', imageId: 'a' });
    plan.add({ kind: 'hang', imageId: 'b', call: 'read' });
    expect(plan.next({ kind: 'process', imageId: 'b' })).toBeUndefined();
    expect(plan.next({ kind: 'read', imageId: 'a' })).toBeUndefined();
    expect(plan.next({ kind: 'process', imageId: 'a' })?.kind).toBe('reset');
    expect(plan.next({ kind: 'read', imageId: 'b' })?.kind).toBe('hang');
  });

  test('hits its share of the calls, the same ones for the same seed', () => {
    const hits = (seed: number) => {
      const plan = createFaultPlan(seededRandom(seed));
      plan.add({ kind: 'reset', share: 0.3 });
      return Array.from({ length: 1_000 }, () => plan.next(process) !== undefined);
    };
    const count = hits(1).filter(Boolean).length;
    expect(count).toBeGreaterThan(250);
    expect(count).toBeLessThan(350);
    expect(hits(1)).toEqual(hits(1));
    expect(hits(1)).not.toEqual(hits(2));
  });

  test('with a share of 0 hits nothing, whatever chance says', () => {
    const plan = createFaultPlan(() => 0);
    plan.add({ kind: 'reset', share: 0 });
    expect(plan.next(process)).toBeUndefined();
  });

  test.each([
    [0, 0],
    [1, 100],
  ])('with a share of %d hits %d of 100 calls', (share, expected) => {
    const plan = createFaultPlan(seededRandom(7));
    plan.add({ kind: 'reset', share });
    expect(Array.from({ length: 100 }, () => plan.next(process)).filter(Boolean)).toHaveLength(expected);
  });
});

describe('the sandbox', () => {
  test('responds with the planned status, body, headers and Retry-After', async () => {
    sandbox.fail({ kind: 'status', status: 429, retryAfter: 7, headers: { 'x-more': 'yes' }, body: { wait: true } });
    const response = await call();
    expect([response.status, response.headers.get('retry-after'), response.headers.get('x-more')]).toEqual([
      429,
      '7',
      'yes',
    ]);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ wait: true });
    expect(sandbox.calls()).toMatchObject([{ status: 429, acted: false, fault: 'status' }]);
  });

  test('sends text unchanged', async () => {
    sandbox.fail({ kind: 'status', status: 502, body: '<html>Bad Gateway</html>' });
    expect(await (await call()).text()).toBe('<html>Bad Gateway</html>');
  });

  test.each<[Fault, boolean]>([
    [{ kind: 'status', status: 503 }, false],
    [{ kind: 'status', status: 503, acts: true }, true],
    [{ kind: 'reset' }, false],
    [{ kind: 'reset', acts: true }, true],
    [{ kind: 'hang' }, false],
    [{ kind: 'hang', acts: true }, true],
    [{ kind: 'delay', delayMs: 1 }, true],
    [{ kind: 'malformed' }, true],
    [{ kind: 'oversized' }, true],
    [{ kind: 'stalled_body' }, true],
    [{ kind: 'broken_body' }, true],
  ])('with %o carries the call out: %s', async (fault, acted) => {
    sandbox.fail(fault);
    const leaving = new AbortController();
    const ended = call(house.id, { signal: leaving.signal }).catch(() => undefined);
    await expect.poll(sandbox.calls, { interval: 2 }).toMatchObject([{ fault: fault.kind, acted }]);
    expect(sandbox.image(house.id)).toMatchObject({ status: acted ? 'processing' : 'processed' });
    leaving.abort();
    await ended;
  });

  test.each([{ kind: 'reset' }, { kind: 'broken_body' }] as const)('breaks the connection for %o', async (fault) => {
    sandbox.fail(fault);
    await expect(call().then((response) => response.text())).rejects.toThrow();
  });

  test('responds with as many bytes as planned', async () => {
    sandbox.fail({ kind: 'oversized', bytes: 300_000 });
    const text = await (await call()).text();
    expect(Buffer.byteLength(text)).toBe(300_000);
    expect(JSON.parse(text)).toMatchObject({ image_id: house.id });
  });

  test('responds with 300 KiB where no number is planned', async () => {
    sandbox.fail({ kind: 'oversized' });
    expect(Buffer.byteLength(await (await call()).text())).toBe(300 * 1024);
  });

  test('acts late for a caller that did not wait', async () => {
    sandbox.fail({ kind: 'delay', delayMs: 100 });
    await sendAndLeave();
    await expect.poll(sandbox.calls).toMatchObject([{ acted: true }]);
  });

  test('never acts on a call that it would refuse anyway', async () => {
    sandbox.fail({ kind: 'reset', acts: true });
    await call('nobody').catch(() => undefined);
    expect(sandbox.calls()).toMatchObject([{ acted: false }]);
  });

  test('spares a call whose method is wrong', async () => {
    sandbox.fail({ kind: 'status', status: 503, times: 1 });
    expect([(await call(house.id, { method: 'PUT' })).status, (await call()).status]).toEqual([405, 503]);
  });

  test('numbers the calls that act, and forgets neither number with the calls', async () => {
    sandbox.fail({ kind: 'status', status: 503, times: 1 });
    for (let count = 0; count < 2; count += 1) await call();
    expect(sandbox.calls()).toMatchObject([
      { number: 1, actOrder: null },
      { number: 2, actOrder: 1 },
    ]);
    sandbox.clearCalls();
    await call();
    expect(sandbox.calls()).toMatchObject([{ number: 3, actOrder: 2 }]);
  });

  test('spares other images, and is well again once healed', async () => {
    const { id } = sandbox.fail({ kind: 'status', status: 500, imageId: house.id });
    expect([(await call(house.id)).status, (await call(garden.id)).status]).toEqual([500, 200]);
    sandbox.heal(id);
    expect((await call(house.id)).status).toBe(200);
  });

  test('accepts another key once it is set', async () => {
    sandbox.setApiKey('rotated');
    expect((await call()).status).toBe(401);
  });
});

describe('from another process', () => {
  test('faults are planned, listed and removed', async () => {
    const planned = await control('POST', '/faults', { kind: 'status', status: 503, times: 1 });
    expect(planned).toMatchObject({ status: 201, body: { id: 1, hits: 0 } });
    expect((await call()).status).toBe(503);
    expect((await control('GET', '/faults')).body).toMatchObject({ faults: [{ id: 1, hits: 1 }] });
    await control('POST', '/faults', { kind: 'hang' });
    await control('DELETE', '/faults/2');
    expect((await control('GET', '/faults')).body).toMatchObject({ faults: [{ id: 1 }] });
    await control('DELETE', '/faults');
    expect((await control('GET', '/faults')).body).toEqual({ faults: [] });
  });

  test('calls are listed and forgotten', async () => {
    await call();
    expect((await control('GET', '/calls')).body).toMatchObject({ calls: [{ number: 1, status: 200 }] });
    expect(await control('DELETE', '/calls')).toMatchObject({ status: 204 });
    expect((await control('GET', '/calls')).body).toEqual({ calls: [] });
  });

  test('images are added and the key is changed', async () => {
    await control('POST', '/images', { id: 'mine', preferences: { ai_version: '3.5' } });
    expect(await (await call('mine')).json()).toMatchObject({ ai_version: '3.5' });
    await control('POST', '/images', { id: 'old', status: 'expired' });
    expect(sandbox.image('old')).toMatchObject({ status: 'expired' });
    await control('PUT', '/api-key', { apiKey: 'rotated' });
    expect((await call('mine')).status).toBe(401);
  });

  test.each([
    ['/faults', { kind: 'explode' }],
    ['/faults', { kind: 'status' }],
    ['/faults', { kind: 'reset', share: 2 }],
    ['/faults', { kind: 'reset', tims: 1 }],
    ['/images', {}],
  ])('%s refuses %j and says why', async (path, body) => {
    expect(await control('POST', path, body)).toMatchObject({ status: 400, body: { message: expect.any(String) } });
  });

  test('what is no JSON is refused', async () => {
    const response = await fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body: 'reset' });
    expect(response.status).toBe(400);
  });

  test('an unknown route is answered with the known ones', async () => {
    expect(await control('GET', '/nothing')).toMatchObject({ status: 404, body: { control: expect.any(Array) } });
  });
});

function call(id: string = house.id, options: RequestInit = {}): Promise<Response> {
  const headers = { 'x-api-key': KEY, 'content-type': 'application/json' };
  return fetch(`${sandbox.url}/v3/images/${id}/process`, { method: 'POST', headers, body: '{}', ...options });
}

/** A caller that has gone as soon as its whole call is on its way. */
async function sendAndLeave(): Promise<void> {
  const { hostname, port, host } = new URL(sandbox.url);
  const headers = [`host: ${host}`, `x-api-key: ${KEY}`, 'content-type: application/json', 'content-length: 2'];
  const socket = connect(Number(port), hostname);
  socket.end([`POST /v3/images/${house.id}/process HTTP/1.1`, ...headers, '', '{}'].join('\r\n'));
  await once(socket, 'finish');
  socket.destroy();
}

async function control(method: string, path: string, body?: object) {
  const url = `${sandbox.url}/__sandbox${path}`;
  const response = await fetch(url, { method, body: body === undefined ? null : JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

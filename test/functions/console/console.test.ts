import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPage } from '../../../infra/constructs/console.ts';
import { NOON } from '../../support/fixtures.ts';
import type { HttpRequest } from '../../support/http-event.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { type ConsoleOptions, KEY, OF_CONSOLE, openConsole as open, SECRETS } from './support.ts';

let folder = '';
let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'console-'));
  addPage(folder);
  database = await startLedgerTable();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.stop();
});

function openConsole(options: Partial<ConsoleOptions> = {}) {
  return open({ folder, dynamo: database.client.send.bind(database.client), table: database.table, ...options });
}

const cookieOf = (set: readonly string[]) => set[0]?.split(';')[0] ?? '';

describe('the page', () => {
  const text = ({ body }: { readonly body: string }) => gunzipSync(Buffer.from(body, 'base64')).toString();
  const GZIP = { 'accept-encoding': 'br, gzip' };

  it.each(['/console', '/console/', '/console/index.html'])('is at %s, and is asked for each time', async (path) => {
    const page = await openConsole().get(path, GZIP);
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers).toMatchObject({ 'content-encoding': 'gzip', 'cache-control': 'no-cache' });
    expect(text(page)).toContain('<!doctype html>');
  });

  it('names its files, which never change under their names', async () => {
    const { get } = openConsole();
    const [, script = ''] = /src="([^"]+\.js)"/.exec(text(await get('/console/', GZIP))) ?? [];
    const { pathname } = new URL(script, 'https://example.com/console/');
    const file = await get(pathname, GZIP);
    expect(file.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    const plain = await get(pathname);
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(Buffer.from(plain.body, 'base64').toString()).toBe(text(file));
  });

  it('is answered 304 to whoever has it', async () => {
    const { get } = openConsole();
    const { etag = '' } = (await get('/console/')).headers;
    const again = await get('/console/', { 'if-none-match': etag });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  it.each(['/console/assets/none.js', '/console/assets/..%2f..%2fconsole.json', '/console/assets/__proto__'])(
    'has no file %s',
    async (path) => {
      expect((await openConsole().get(path)).json).toMatchObject({ status: 404 });
    },
  );

  it.each([
    ['GET', '/console/console.json'],
    ['POST', '/console/'],
    ['PUT', '/console/session'],
  ])('has no %s %s', async (method, path) => {
    const { json } = await openConsole().call({ method, path });
    expect(json).toMatchObject({ status: 404, detail: expect.stringContaining(`there is no ${method} ${path}`) });
  });
});

describe('every response', () => {
  it.each<[string, HttpRequest, number]>([
    ['the page', { path: '/console/' }, 200],
    ['an unknown file', { path: '/console/assets/none.js' }, 404],
    ['a refusal', { path: '/console/session' }, 401],
    ['a failure', { method: 'POST', path: '/console/session', body: { key: KEY }, headers: OF_CONSOLE }, 503],
  ])('keeps a browser from what is foreign: %s', async (_, request, status) => {
    const response = await openConsole({ dynamo: (() => Promise.reject(new Error('away'))) as never }).call(request);
    expect(response.status).toBe(status);
    const policy = response.headers['content-security-policy']?.split('; ') ?? [];
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]),
    );
    expect(policy.join()).not.toMatch(/unsafe|https?:|\*/);
    expect(response.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
  });
});

describe('signing in', () => {
  const session = { partner: 'acme', role: 'partner', expires_at: '2026-11-22T20:00:20.000Z', read_only: false };

  it('begins a session of eight hours in a cookie that no script reads and no other page sends', async () => {
    const { signIn, call } = openConsole();
    const { status, headers, json, set } = await signIn(` ${KEY}\n`);
    expect([status, json, headers['cache-control']]).toEqual([200, session, 'no-store']);
    expect(set).toEqual([
      expect.stringMatching(
        /^__Host-reprocess-session=acme\.\d{10}\.[\w-]{43}; Max-Age=28800; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
      ),
    ]);
    const read = await call({ path: '/console/session' }, [cookieOf(set)]);
    expect([read.status, read.json]).toEqual([200, session]);
  });

  it('tells an operator, and a console that only shows', async () => {
    const { signIn } = openConsole({ setting: 'read-only' });
    expect((await signIn('desk-key')).json).toMatchObject({ partner: 'desk', role: 'operator', read_only: true });
  });

  it('sets a cookie without Secure on one machine, where no TLS is', async () => {
    const { set } = await openConsole().signIn(KEY, { headers: { ...OF_CONSOLE, 'x-forwarded-proto': 'http' } });
    expect(set[0]).toMatch(/^reprocess-session=.*; SameSite=Strict$/);
  });

  it.each<[string, Partial<HttpRequest>, number, RegExp]>([
    ['a wrong key', { body: { key: 'wrong' } }, 401, /no key of this service/],
    ['no key', { body: { key: '' } }, 401, /no key of this service/],
    ['no JSON', { body: 'key=secret' }, 400, /the body must be \{"key"/],
    ['JSON that is nothing', { body: 'null' }, 400, /the body must be \{"key"/],
    ['a key of another type', { body: { key: 1 } }, 400, /the body must be \{"key"/],
    ['a long body', { body: { key: 'x'.repeat(5000) } }, 413, /at most 4096 bytes/],
    ['the call of another page', { headers: {} }, 403, /x-reprocess-console/],
  ])('with %s is refused, and shows nothing of it', async (_, request, status, detail) => {
    const { json, body, set } = await openConsole().signIn(KEY, request);
    expect(json).toMatchObject({ status, detail: expect.stringMatching(detail) });
    expect([set, body.includes(KEY), /secret|xxxx/.test(body)]).toEqual([[], false, false]);
  });

  it('is refused to an address after ten refusals within a minute, even with a right key, and to no other', async () => {
    const { signIn, clock, lines } = openConsole();
    for (let tried = 0; tried < 10; tried += 1) expect((await signIn('wrong')).status).toBe(401);
    for (const key of ['wrong', KEY]) {
      const { status, headers, json } = await signIn(key);
      const seconds = (NOON + 60_000 - clock.now()) / 1000;
      expect([status, headers['retry-after']]).toEqual([429, String(seconds)]);
      expect(json.detail).toContain(`try again in ${seconds} s`);
    }
    expect(lines.filter((line) => line.includes('a sign-in was refused'))).toHaveLength(12);
    expect((await signIn(KEY, {}, '10.9.9.9')).status).toBe(200);
    clock.set(NOON + 60_000);
    expect((await signIn(KEY)).status).toBe(200);
  });

  it('with right keys is never counted', async () => {
    const { signIn } = openConsole();
    for (let signed = 0; signed < 15; signed += 1) expect((await signIn(KEY)).status).toBe(200);
  });

  it('writes who and from where, and no key', async () => {
    const { signIn, lines } = openConsole();
    await signIn(KEY);
    await signIn('wrong-key');
    expect(lines.join()).toMatch(/a session began.*acme/);
    expect(lines.join()).toMatch(/a sign-in was refused.*10\.0\.0\./);
    expect(lines.join()).not.toMatch(/wrong-key|canary/);
  });

  it('is unavailable while the secret that signs is not what it must be', async () => {
    for (const sessions of ['{}', 'short']) {
      const { status, json } = await openConsole({ secrets: { ...SECRETS, sessions } }).signIn(KEY);
      expect([status, json.detail]).toEqual([503, expect.stringContaining('a part of the service is unavailable')]);
    }
  });
});

describe('a session', () => {
  it('is none without a cookie, or with a forged one', async () => {
    const { call } = openConsole();
    for (const cookies of [[], [`__Host-reprocess-session=acme.9999999999.${'A'.repeat(43)}`]]) {
      expect((await call({ path: '/console/session' }, cookies)).json).toMatchObject({ status: 401 });
    }
  });

  it('ends in the browser, with what that has kept', async () => {
    const { call } = openConsole();
    const out = await call({ method: 'DELETE', path: '/console/session', headers: OF_CONSOLE });
    expect([out.status, out.headers['clear-site-data']]).toEqual([204, '"cache"']);
    expect(out.set).toEqual([expect.stringContaining('__Host-reprocess-session=; Max-Age=0; Path=/')]);
    expect((await call({ method: 'DELETE', path: '/console/session' })).status).toBe(403);
  });
});

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createCallbackClient } from '../../client/src/callback.ts';
import { createClient } from '../../client/src/create-client.ts';
import { startReceiver } from '../support/callback-receiver.ts';
import { type Flow, startFlow } from '../support/flow.ts';

// The cookies and headers that a browser would send are sent here by hand; the page itself is tried in a browser elsewhere.

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({
    finishesImages: true,
    schedulesEveryMs: 500,
    sandbox: { processingMs: 50 },
    variables: { PARTNER_KEYS_TTL_SECONDS: '1' },
  });
});
afterAll(() => flow.end());

const OF_CONSOLE = { 'x-reprocess-console': '1', 'content-type': 'application/json' };
const inConsole = (path: string, init: RequestInit = {}) => fetch(new URL(path, flow.consoleUrl), init);

async function signIn(key: string): Promise<{ readonly cookie: string; readonly session: unknown }> {
  const response = await inConsole('session', { method: 'POST', headers: OF_CONSOLE, body: JSON.stringify({ key }) });
  expect(response.status).toBe(200);
  const [cookie = ''] = response.headers.getSetCookie().map((each) => each.split(';')[0] ?? '');
  return { cookie, session: await response.json() };
}

/** The client as the page has it: without a key, in a browser that adds the session's cookie. */
function clientWith(cookie: string) {
  const withCookie: typeof fetch = (url, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('cookie', cookie);
    return fetch(url, { ...init, headers });
  };
  const options = { url: flow.addresses.api, fetch: withCookie, retries: 0 };
  return { ...createClient(options), callback: createCallbackClient(options) };
}

describe('the console', () => {
  it('is a page whose every file is served, under a policy without exceptions', async () => {
    const page = await inConsole('');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /);
    const html = await page.text();
    const files = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, name = '']) => name);
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) {
      const served = await inConsole(file);
      expect([file, served.status, served.headers.get('cache-control')]).toEqual([
        file,
        200,
        'public, max-age=31536000, immutable',
      ]);
      expect((await served.text()).length).toBeGreaterThan(10);
    }
    expect(html).not.toMatch(/<style|style=|<script>|\son\w+=/);
  });

  it('does for a partner what its key does, and shows it nothing of others', async () => {
    const { cookie, session } = await signIn(flow.partner.key);
    expect(session).toMatchObject({ partner: 'demo', role: 'partner', read_only: false });
    const client = clientWith(cookie);
    const handed = await client.batches.create({ imageIds: ['seen'], preferences: { enhance_type: 'warm' } });
    for await (const batch of client.batches.watch(handed.batch_id)) if (batch.state === 'finished') break;
    expect(await client.image('seen')).toMatchObject({ image_id: 'seen', enhance_type: 'warm', status: 'processed' });
    expect(await (await client.preview('seen')).text()).toContain('enhanced: seen');
    await flow.process('operators', { n: 1 }, { 'x-api-key': flow.operator.key });
    for (const call of [client.image('operators'), client.preview('operators')]) {
      await expect(call).rejects.toMatchObject({ status: 404 });
    }
    await expect(client.health()).rejects.toMatchObject({ status: 403 });
  });

  it('shows an operator how the service is', async () => {
    const client = clientWith((await signIn(flow.operator.key)).cookie);
    expect(await client.health()).toMatchObject({
      dead_letters: 0,
      webhook_seen_at: expect.stringMatching(/^2\d{3}-/),
    });
    expect(await client.image('operators')).toMatchObject({ image_id: 'operators' });
  });

  it('shows an operator the partners and how their callbacks do, and a partner only its own', async () => {
    const receiver = await startReceiver();
    onTestFinished(receiver.stop);
    const own = clientWith((await signIn(flow.partner.key)).cookie);
    await own.callback.set({ url: `${receiver.url}/a-secret-path` });
    const { partners } = await clientWith((await signIn(flow.operator.key)).cookie).callback.partners();
    const { host } = new URL(receiver.url);
    expect(partners).toMatchObject([
      { partner: flow.partner.name, role: 'partner', limits: { burst: expect.any(Number) }, callback: { host } },
      { partner: flow.operator.name, role: 'operator', limits: null, callback: null },
    ]);
    expect(JSON.stringify(partners)).not.toContain('a-secret-path');
    await expect(own.callback.partners()).rejects.toMatchObject({ status: 403 });
    await own.callback.remove();
  });

  it('costs little while nothing changes', async () => {
    const headers = { cookie: (await signIn(flow.partner.key)).cookie };
    const read = (more: Record<string, string> = {}) =>
      fetch(`${flow.addresses.api}/v3/batches`, { headers: { ...headers, ...more } });
    const etag = (await read()).headers.get('etag') ?? '';
    const again = await read({ 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('changes nothing for another page in the same browser', async () => {
    const { cookie } = await signIn(flow.operator.key);
    const pause = { method: 'PUT', headers: { cookie }, body: JSON.stringify({ reason: 'a foreign page' }) };
    const refused = await fetch(`${flow.addresses.api}/v3/pause`, pause);
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('x-reprocess-console')]);
    const { paused } = await clientWith(cookie).budget();
    expect(paused).toBeNull();
  });

  it('lets nobody in whose key was withdrawn', async () => {
    const { cookie } = await signIn(flow.partner.key);
    const read = async () => (await fetch(`${flow.addresses.api}/v3/batches`, { headers: { cookie } })).status;
    expect(await read()).toBe(200);
    const name = flow.plan.output('PartnerKeysSecretName');
    const before = flow.secretsManager.current(name) ?? '';
    const { [flow.operator.name]: operator } = JSON.parse(before);
    flow.secretsManager.put(name, JSON.stringify({ [flow.operator.name]: operator }));
    await expect.poll(read).toBe(401);
    flow.secretsManager.put(name, before);
  });

  it('refuses an address that guesses', async () => {
    const guess = () =>
      inConsole('session', { method: 'POST', headers: OF_CONSOLE, body: JSON.stringify({ key: 'a guess' }) });
    // A minute may end meanwhile.
    let refused = await guess();
    for (let tried = 0; refused.status !== 429 && tried < 30; tried += 1) refused = await guess();
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect(flow.lines.join()).not.toContain('a guess');
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startedSandbox } from './support/sandbox-calls.ts';

const BEGIN = Date.parse('2026-11-22T10:00:00Z');
const OVER = ['error', 'Daily enhancement limit reached'];
const DONE = ['processed', null];

async function limited(limit: number | null, limitWindowMs?: number) {
  const clock = { now: BEGIN };
  const times = { processingMs: 1000, now: () => clock.now, ...(limitWindowMs !== undefined && { limitWindowMs }) };
  const started = await startedSandbox({ acceptAnyImage: true, dailyLimit: limit, ...times });
  const processAll = async (...imageIds: readonly string[]) => {
    const statuses: number[] = [];
    for (const id of imageIds) statuses.push((await started.process(id)).status);
    clock.now += 1000;
    return { statuses, ends: await started.statusesOf(imageIds) };
  };
  return { ...started, clock, processAll };
}

describe('the daily limit', () => {
  it('lets calls beyond it succeed, and their images end in error', async () => {
    const { processAll, control } = await limited(2);
    const { statuses, ends } = await processAll('a', 'b', 'c');
    expect([statuses, ends]).toEqual([
      [200, 200, 200],
      [DONE, DONE, OVER],
    ]);
    const day = { start: Date.parse('2026-11-22T00:00:00Z'), end: Date.parse('2026-11-23T00:00:00Z') };
    expect((await control('GET', 'daily-limit')).body).toEqual({
      limit: 2,
      windowSeconds: 86_400,
      windows: [{ ...day, used: 2, beyond: 1 }],
    });
  });

  it('of a window of seconds begins anew with the next one, and each is counted', async () => {
    const { processAll, control } = await limited(1, 5000);
    await processAll('a', 'b');
    expect((await processAll('c')).ends).toEqual([OVER]);
    const { clock, processAll: again, control: look } = await limited(1, 5000);
    await again('a', 'b');
    clock.now = BEGIN + 5000;
    expect((await again('c')).ends).toEqual([DONE]);
    expect((await look('GET', 'daily-limit')).body.windows).toEqual([
      { start: BEGIN, end: BEGIN + 5000, used: 1, beyond: 1 },
      { start: BEGIN + 5000, end: BEGIN + 10_000, used: 1, beyond: 0 },
    ]);
    expect((await control('GET', 'daily-limit')).body.windows).toHaveLength(1);
  });

  it('is changed while it runs: a higher one applies at once, and none lets everything through', async () => {
    const { processAll, control } = await limited(1);
    expect((await processAll('a', 'b')).ends).toEqual([DONE, OVER]);
    expect((await control('PUT', 'daily-limit', { limit: 2 })).status).toBe(204);
    expect((await processAll('c', 'd')).ends).toEqual([DONE, OVER]);
    await control('PUT', 'daily-limit', { limit: null });
    await control('POST', 'daily-limit', { spend: 1000 });
    expect((await processAll('e', 'f')).ends).toEqual([DONE, DONE]);
    expect((await control('GET', 'daily-limit')).body).toMatchObject({
      limit: null,
      windows: [{ used: 1004, beyond: 2 }],
    });
  });

  it('that is lowered below what was used takes nothing of that back, and the same window goes on', async () => {
    const { processAll, control } = await limited(3);
    await processAll('a', 'b', 'c');
    await control('PUT', 'daily-limit', { limit: 1, windowSeconds: 86_400 });
    expect((await processAll('d')).ends).toEqual([OVER]);
    expect((await control('GET', 'daily-limit')).body.windows).toMatchObject([{ used: 3, beyond: 1 }]);
  });

  it('of zero lets nothing through', async () => {
    expect((await (await limited(0)).processAll('a')).ends).toEqual([OVER]);
  });

  it('takes another window and another reason', async () => {
    const { processAll, control, clock } = await limited(1);
    await processAll('of the day');
    clock.now += 1000;
    await control('PUT', 'daily-limit', { windowSeconds: 2, reason: 'You have reached your limit for today' });
    const { ends } = await processAll('a', 'b');
    expect(ends).toEqual([DONE, ['error', 'You have reached your limit for today']]);
    clock.now += 1000;
    expect((await processAll('c')).ends).toEqual([DONE]);
    expect((await control('GET', 'daily-limit')).body).toMatchObject({ windowSeconds: 2, windows: [{}, {}] });
  });

  it('is spent by somebody else too', async () => {
    const { processAll, control } = await limited(3);
    await control('POST', 'daily-limit', { spend: 2 });
    expect((await processAll('a', 'b')).ends).toEqual([DONE, OVER]);
  });

  it.each([{ limit: -1 }, { limit: 1.5 }, { windowSeconds: 0 }, { windowSeconds: 90_000 }, { window: 5 }])(
    'refuses the change %j',
    async (change) => {
      const { control } = await limited(3);
      expect((await control('PUT', 'daily-limit', change)).status).toBe(400);
      expect((await control('GET', 'daily-limit')).body).toMatchObject({ limit: 3, windowSeconds: 86_400 });
    },
  );
});

describe('an image that ends in error for another reason', () => {
  it('is planned for one image, in the manner of a fault, and its call succeeds', async () => {
    const { processAll, control } = await limited(500);
    await control('POST', 'faults', { kind: 'fails_later', imageId: 'b', times: 1, reason: 'The image is too dark' });
    const { statuses, ends } = await processAll('a', 'b');
    expect([statuses, ends]).toEqual([
      [200, 200],
      [DONE, ['error', 'The image is too dark']],
    ]);
    expect((await control('GET', 'faults')).body.faults).toMatchObject([{ hits: 1 }]);
    expect((await processAll('b')).ends).toEqual([DONE]);
  });

  it('has no reason before it has ended', async () => {
    const { process, control } = await limited(500);
    await control('POST', 'faults', { kind: 'fails_later', times: 1, reason: 'The image is too dark' });
    expect((await process('a')).body).toMatchObject({ status: 'processing', status_reason: null });
  });

  it('is planned for a share of the calls', async () => {
    const { processAll, control } = await limited(500);
    await control('POST', 'faults', { kind: 'fails_later', share: 0.3 });
    const { ends } = await processAll(...Array.from({ length: 100 }, (_, n) => `image-${n}`));
    const failed = ends.filter(([status]) => status === 'error').length;
    expect(failed).toBeGreaterThan(10);
    expect(failed).toBeLessThan(60);
  });

  it('counts within the daily limit, whose reason comes first', async () => {
    const { processAll, control } = await limited(1);
    await control('POST', 'faults', { kind: 'fails_later', reason: 'other' });
    expect((await processAll('a', 'b')).ends).toEqual([['error', 'other'], OVER]);
  });

  it('is told by the webhook with error true', async () => {
    const heard: unknown[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        heard.push(JSON.parse(text));
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { process, control } = await startedSandbox({ acceptAnyImage: true, processingMs: 20, dailyLimit: 1 });
    await control('PUT', 'webhook', { url, token: 't' });
    await process('within');
    await process('beyond');
    await expect.poll(() => heard.length).toBe(2);
    expect(heard).toMatchObject([
      { image_id: 'within', error: false },
      { image_id: 'beyond', error: true },
    ]);
  });
});

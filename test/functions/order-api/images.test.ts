import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPauseStore } from '../../../functions/adapters/ledger/account/pause.ts';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { startBatchBench } from '../../support/batch-bench.ts';
import { aRequest } from '../../support/fixtures.ts';

let bench: Awaited<ReturnType<typeof startBatchBench>>;
beforeAll(async () => {
  bench = await startBatchBench();
});
afterAll(() => bench.stop());

let images = 0;

/** An image of the account for which acme has a request. */
async function anImage(): Promise<string> {
  const imageId = `image-of-acme-${++images}`;
  bench.sandbox.addImage({ id: imageId, preferences: { enhance_type: 'warm' } });
  const ledger = createLedger({ ...bench.table, randomId: () => 'random' });
  await ledger.accept(aRequest({ imageId, partner: 'acme', source: 'http' }), bench.limits);
  return imageId;
}

const pathOf = (imageId: string, more = '') => `/v3/images/${imageId}${more}`;
const WAYS = ['', '/preview'];
const callsFor = (imageId: string) => bench.sandbox.calls().filter((call) => call.imageId === imageId).length;

describe('an image', () => {
  it('is shown as it is at Autoenhance now, unchanged', async () => {
    const imageId = await anImage();
    const { status, body } = await bench.open().get(pathOf(imageId));
    expect([status, body]).toEqual([200, bench.sandbox.image(imageId)]);
  });

  it('has a preview before and after, which differ and are harmless as documents', async () => {
    const imageId = await anImage();
    const { get } = bench.open();
    const before = await get(pathOf(imageId, '/preview'), { of: 'original' });
    const after = await get(pathOf(imageId, '/preview'));
    expect([before.text, after.text]).toEqual([
      expect.stringContaining(`original: ${imageId}`),
      expect.stringMatching(new RegExp(`enhanced: ${imageId}[^]*enhance_type: warm`)),
    ]);
    expect(after.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'private, max-age=60',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*; sandbox$/),
      'x-content-type-options': 'nosniff',
    });
  });

  it.each(WAYS)(
    'is shown%s to a partner that has a request for it, and to an operator: to nobody else',
    async (way) => {
      const imageId = await anImage();
      const { get } = bench.open();
      expect((await get(pathOf(imageId, way), undefined, 'desk')).status).toBe(200);
      const calls = callsFor(imageId);
      const { status, body } = await get(pathOf(imageId, way), undefined, 'globex');
      expect([status, body.message]).toEqual([404, 'Image not found']);
      expect(callsFor(imageId)).toBe(calls);
    },
  );

  it.each(WAYS)('that Autoenhance does not know is a 404%s', async (way) => {
    expect((await bench.open().get(pathOf('unknown', way), undefined, 'desk')).status).toBe(404);
  });

  it.each(WAYS)(
    'is not read%s while a person has paused the account, and is while the daily limit has',
    async (way) => {
      const imageId = await anImage();
      const pauses = createPauseStore(bench.table);
      const { get } = bench.open();
      await pauses.setPerson(
        { detail: 'the key leaks', since: bench.clock.now(), until: bench.clock.now() + 90_000 },
        bench.limits,
      );
      const calls = callsFor(imageId);
      const { status, headers, body } = await get(pathOf(imageId, way));
      expect([status, body.detail]).toEqual([503, expect.stringContaining('the key leaks')]);
      // Reading the keys takes some of it.
      expect(Number(headers['retry-after'])).toSatisfy((seconds: number) => seconds > 60 && seconds <= 90);
      expect(callsFor(imageId)).toBe(calls);
      await pauses.resume(bench.limits);
      const evidence = { detail: 'used up', calledAt: bench.clock.now() + 1, until: bench.clock.now() + 3_600_000 };
      await pauses.pauseFor(evidence, bench.limits);
      expect((await get(pathOf(imageId, way))).status).toBe(200);
      await pauses.resume(bench.limits);
    },
  );

  it.each([
    ['fails', { kind: 'status', status: 500 } as const],
    ['refuses the key', { kind: 'status', status: 401 } as const],
    ['has no picture', { kind: 'status', status: 200, body: 'none' } as const],
  ])('whose preview cannot be read since Autoenhance %s is to be asked for again', async (_, fault) => {
    const imageId = await anImage();
    bench.sandbox.fail({ ...fault, call: 'preview', imageId });
    const { status, headers, body } = await bench.open().get(pathOf(imageId, '/preview'));
    expect([status, headers['retry-after']]).toEqual([503, '30']);
    expect(body.detail).toContain('the image could not be read');
  });

  it('is not asked for while Autoenhance does not answer', async () => {
    const imageId = await anImage();
    const { get } = bench.open();
    bench.sandbox.fail({ kind: 'reset', call: 'read', imageId });
    for (let calls = 0; calls < 3; calls += 1) expect((await get(pathOf(imageId))).status).toBe(503);
    const made = callsFor(imageId);
    const { status, headers, body } = await get(pathOf(imageId));
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect(body.detail).toContain('did not answer the last calls');
    expect(callsFor(imageId)).toBe(made);
  });

  it.each([
    ['a picture that it has not', '/preview', { of: 'thumbnail' }, 400, /of must be one of original, enhanced/],
    ['an id that is none', '/preview', undefined, 422, /the image id must be/],
  ])('is asked for with %s', async (_, way, query, status, detail) => {
    const imageId = status === 422 ? 'a b' : await anImage();
    const response = await bench.open().get(pathOf(imageId, way), query);
    expect([response.status, response.body.detail]).toEqual([status, expect.stringMatching(detail)]);
  });
});

import { describe, expect, it } from 'vitest';
import { runHere } from './support/run-here.ts';
import { stubService } from './support/stub-service.ts';

const PATH = '/v3/callback';
const SECRET = `whsec_${'A'.repeat(43)}=`;
const attempt = { at: '2026-11-22T12:00:00Z', duration_ms: 12, status: 500, error: 'the receiver answered 500' };

describe('a callback', () => {
  it('that is not set yet has its secret on stdout, for the receiver to learn it', async () => {
    const refused = { code: 'callback_test_failed', detail: 'its test failed: give it this secret', test: attempt };
    const { env } = await stubService({ [`PUT ${PATH}`]: () => [422, { ...refused, secret: SECRET }] });
    const words = ['callback', 'set', 'https://acme.example/hook'];
    const ran = { code: 1, stdout: `${SECRET}\n`, stderr: 'reprocess: its test failed: give it this secret\n' };
    expect(await runHere(words, env)).toEqual(ran);
    expect(await runHere([...words, '--quiet'], env)).toEqual(ran);
    const { code, stdout, stderr } = await runHere([...words, '--json'], env);
    expect([code, JSON.parse(stdout)]).toEqual([1, { secret: SECRET }]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: refused.code, detail: refused.detail, status: 422 } });
  });

  it('that cannot be set says why, and has no secret', async () => {
    const { env } = await stubService({ [`PUT ${PATH}`]: () => [422, { detail: 'url must have port 443 or 8443' }] });
    const { code, stdout, stderr } = await runHere(['callback', 'set', 'https://acme.example:22/'], env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('url must have port 443 or 8443');
  });

  it('whose test, or whose delivery by hand, fails ends with 1', async () => {
    const delivery = { id: 'msg_1', state: 'waiting', attempts: 2, last_attempts: [attempt] };
    const { env } = await stubService({
      [`POST ${PATH}/test`]: (_call, nth) => [200, { ...attempt, delivered: nth > 1 }],
      [`POST ${PATH}/deliveries/msg_1/resend`]: () => [200, delivery],
    });
    expect(await runHere(['callback', 'test'], env)).toMatchObject({
      code: 1,
      stdout: 'Not delivered: the receiver answered 500\n',
    });
    expect((await runHere(['callback', 'test'], env)).code).toBe(0);
    expect((await runHere(['callback', 'resend', 'msg_1'], env)).code).toBe(1);
  });

  it('is told by the last of the calls of a delivery', async () => {
    const delivered = { ...attempt, status: 204, error: null };
    const delivery = (last_attempts: readonly object[]) => ({
      id: 'msg_1',
      state: 'waiting',
      attempts: 2,
      last_attempts,
    });
    const { env } = await stubService({
      [`POST ${PATH}/deliveries/msg_1/resend`]: () => [200, delivery([attempt, delivered])],
      [`GET ${PATH}/deliveries`]: () => [
        200,
        { deliveries: [delivery([{ ...attempt, error: 'it is away' }, attempt])], next_cursor: null },
      ],
    });
    expect(await runHere(['callback', 'resend', 'msg_1'], env)).toMatchObject({
      code: 0,
      stdout: 'The receiver answered 204 after 12 ms.\n',
    });
    expect((await runHere(['callback', 'deliveries'], env)).stdout).toMatch(/\tthe receiver answered 500\n$/);
  });

  it.each([['show'], ['test'], ['rotate'], ['resend', 'msg_1']])(
    'that is not set says so, and how to set one: %s',
    async (...words) => {
      const { env } = await stubService({});
      expect(await runHere(['callback', ...words], env)).toMatchObject({
        code: 1,
        stderr: 'reprocess: there is no callback: set one with reprocess callback set URL\n',
      });
    },
  );

  it('without such a delivery says that alone', async () => {
    const { env } = await stubService({ [`GET ${PATH}`]: () => [200, {}] });
    expect((await runHere(['callback', 'resend', 'msg_1'], env)).stderr).toBe('reprocess: there is no such thing\n');
  });

  it('is set for the events that are named, or for those that are usual', async () => {
    const callback = { url: 'https://acme.example/hook', events: [], state: 'active', secrets: [] };
    const { env, calls } = await stubService({ [`PUT ${PATH}`]: () => [200, callback] });
    await runHere(['callback', 'set', callback.url, '--events', 'batch.finished', 'image.failed'], env);
    await runHere(['callback', 'set', callback.url], env);
    expect(calls.map(({ body }) => JSON.parse(body))).toEqual([
      { url: callback.url, events: ['batch.finished', 'image.failed'] },
      { url: callback.url },
    ]);
  });

  it('says that a new secret is shown this once, and gives it to programs', async () => {
    const { env } = await stubService({
      [`PUT ${PATH}`]: () => [200, { url: 'any', events: [], state: 'active', secrets: [{}], secret: SECRET }],
      [`POST ${PATH}/rotate`]: () => [200, { secret: SECRET }],
    });
    for (const words of [['set', 'https://acme.example/hook'], ['rotate']]) {
      const { stdout, stderr } = await runHere(['callback', ...words], env);
      expect([stdout, stderr]).toEqual([
        expect.stringContaining(SECRET),
        expect.stringMatching(/^The secret is shown/),
      ]);
      const json = await runHere(['callback', ...words, '--json'], env);
      expect(JSON.parse(json.stdout)).toMatchObject({ secret: SECRET });
    }
  });

  it('that was not delivered says what the receiver answered', async () => {
    const { env } = await stubService({
      [`POST ${PATH}/test`]: () => [200, { ...attempt, delivered: false, response: 'no such hook' }],
    });
    expect((await runHere(['callback', 'test'], env)).stdout).toBe(
      'Not delivered: the receiver answered 500: no such hook\n',
    );
  });

  it('of which an operator does not say whose it is wants --partner', async () => {
    const detail = 'partner must be the name of a partner, got nothing: a key with the role operator has none';
    const { env } = await stubService({ [`GET ${PATH}`]: () => [400, { detail }] });
    expect(await runHere(['callback', 'show'], env)).toEqual({
      code: 2,
      stdout: '',
      stderr: `reprocess: --${detail}\n`,
    });
  });

  it('of a partner is asked for by its name', async () => {
    const { env, calls } = await stubService({ [`DELETE ${PATH}`]: () => [204, undefined] });
    expect((await runHere(['callback', 'remove', '--partner', 'acme'], env)).code).toBe(0);
    expect(calls.map(({ url }) => url.search)).toEqual(['?partner=acme']);
  });
});

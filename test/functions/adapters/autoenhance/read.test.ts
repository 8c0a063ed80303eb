import { describe, expect, test } from 'vitest';
import { createImages, failureOf, IMAGE, KEY, limits, startSandbox } from './support.ts';

describe("reading an image's record", () => {
  test('is one GET without a body, and hands on the record as it came', async () => {
    const sandbox = await startSandbox();
    const { response, warnings } = await createImages({ baseUrl: sandbox.url }).read(IMAGE, limits());
    expect(JSON.parse(response ?? '')).toEqual(sandbox.image(IMAGE));
    expect(warnings).toEqual([]);
    expect(sandbox.calls()).toMatchObject([{ method: 'GET', path: `/v3/images/${IMAGE}`, key: 'right', body: '' }]);
    expect(sandbox.calls()[0]?.headers).toMatchObject({ accept: 'application/json', 'x-api-version': '2025-05-08' });
    expect(sandbox.calls()[0]?.headers).not.toHaveProperty('content-type');
  });

  test.each([
    [404, { code: 'refused_for_good', refusal: { status: 404 } }],
    [429, { code: 'refused_for_now', refusal: { status: 429 } }],
    [500, { code: 'refused_for_now', refusal: { status: 500 } }],
  ])('that is answered %i is not repeated', async (status, error) => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'status', status, call: 'read' });
    expect(await failureOf(createImages({ baseUrl: sandbox.url }).read(IMAGE, limits()))).toMatchObject(error);
    expect(sandbox.calls()).toHaveLength(1);
  });

  test('that takes too long is given up', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'hang', call: 'read' });
    const images = createImages({ baseUrl: sandbox.url, attemptTimeoutMs: 1_000, leastMs: 1 });
    expect(await failureOf(images.read(IMAGE, limits()))).toMatchObject({ code: 'answer_timed_out' });
  });

  test('is made again once with a key that has changed, and not with the same key', async () => {
    const sandbox = await startSandbox({ apiKey: 'new-key' });
    const changed = { get: async () => KEY, refresh: async () => 'new-key' };
    const { response } = await createImages({ baseUrl: sandbox.url, apiKey: changed }).read(IMAGE, limits());
    expect(JSON.parse(response ?? '')).toMatchObject({ image_id: IMAGE });
    expect(sandbox.calls().map(({ key }) => key)).toEqual(['wrong', 'right']);
    const error = await failureOf(createImages({ baseUrl: sandbox.url }).read(IMAGE, limits()));
    expect(error).toMatchObject({ code: 'account_refused', refusal: { status: 401 } });
    expect(sandbox.calls()).toHaveLength(3);
  });

  test('that is no JSON object says so in place of the record', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'malformed', call: 'read' });
    expect(await createImages({ baseUrl: sandbox.url }).read(IMAGE, limits())).toEqual({
      response: null,
      warnings: ["the endpoint answered 200, but its response is not JSON: the image's record is missing here"],
    });
  });
});

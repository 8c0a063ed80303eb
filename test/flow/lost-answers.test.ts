import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Flow, startFlow } from '../support/flow.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
});
afterAll(() => flow.end());

// One test for all, since each waits half a minute: a call that may have acted is not repeated sooner.
it("repeats a call whose response was lost after 30 s, keeps the image's order meanwhile, and says nothing was doubted when it succeeds", async () => {
  flow.sandbox.fail({ kind: 'reset', imageId: 'reset-before', times: 1 });
  flow.sandbox.fail({ kind: 'reset', acts: true, imageId: 'reset-after', times: 1 });
  flow.sandbox.fail({ kind: 'hang', acts: true, imageId: 'hang', times: 1 });
  for (const image_id of ['reset-before', 'reset-after', 'hang']) {
    for (const n of [1, 2]) await flow.queueRequest({ image_id, preferences: { n } });
  }
  const callsOf = (imageId: string) => flow.sandbox.calls().filter((call) => call.imageId === imageId);
  await expect.poll(() => flow.events.length, { timeout: 90_000, interval: 200 }).toBe(6);

  for (const [image, acts] of [
    ['reset-before', 2],
    ['reset-after', 3],
    ['hang', 3],
  ] as const) {
    const calls = callsOf(image);
    expect(
      calls.map(({ body }) => JSON.parse(body).n),
      image,
    ).toEqual([1, 1, 2]);
    expect(
      calls.filter(({ acted }) => acted),
      image,
    ).toHaveLength(acts);
    const [first, repeat] = calls.map(({ receivedAt }) => receivedAt);
    expect((repeat ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(30_000);
    expect((await flow.eventsOf(image, 2)).map(({ data }) => data.attempts)).toEqual([2, 1]);
  }
}, 120_000);

import { expect, it, onTestFinished } from 'vitest';
import { changeFunction, editedAssembly } from '../support/edited-assembly.ts';
import { startFlow } from '../support/flow.ts';

/** Longer than the usual wait after a first attempt, which is 2 s at the most. */
const WAIT_MS = 5000;
/** What a call to which no answer comes takes, and the usual wait after it. */
const HANGING_MS = 10_000 + 2000;

// One test for all, since each waits.
it("repeats a call whose response was lost no sooner than the stage says, keeps the image's order meanwhile, and says nothing was doubted when it succeeds", async () => {
  const variables = { LOST_RESPONSE_WAIT_SECONDS: String(WAIT_MS / 1000) };
  const assembly = await editedAssembly((resources) => changeFunction(resources, 'Worker', { variables }));
  const flow = await startFlow({ assembly });
  onTestFinished(() => flow.stop(0));
  flow.sandbox.fail({ kind: 'reset', imageId: 'reset-before', times: 1 });
  flow.sandbox.fail({ kind: 'reset', acts: true, imageId: 'reset-after', times: 1 });
  flow.sandbox.fail({ kind: 'hang', acts: true, imageId: 'hang', times: 1 });
  for (const image_id of ['reset-before', 'reset-after', 'hang']) {
    for (const n of [1, 2]) await flow.queueRequest({ image_id, preferences: { n } });
  }
  const callsOf = (imageId: string) => flow.sandbox.calls().filter((call) => call.imageId === imageId);
  await expect.poll(() => flow.events.length).toBe(6);

  for (const [image, acts, leastMs] of [
    ['reset-before', 2, WAIT_MS],
    ['reset-after', 3, WAIT_MS],
    ['hang', 3, HANGING_MS],
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
    expect((repeat ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(leastMs);
    expect((await flow.eventsOf(image, 2)).map(({ data }) => data.attempts)).toEqual([2, 1]);
  }
  await flow.end();
});

import { describe, expect, it } from 'vitest';
import { type PollOptions, poll } from '../../client/src/poll.ts';
import { all, scriptedFetch, standingRuntime } from './support.ts';

/** Polls along a list of states; the last one stays. */
function polled(states: readonly string[], options?: PollOptions, random?: number) {
  const { runtime, waits } = standingRuntime(scriptedFetch().fetch, random);
  const limits: unknown[] = [];
  let reads = 0;
  const read = async ({ signal, timeoutMs }: PollOptions) => {
    signal?.throwIfAborted();
    limits.push(timeoutMs);
    return { state: states[Math.min(reads++, states.length - 1)] };
  };
  const things = poll({ ...runtime, timeoutMs: 3000 }, read, ({ state }) => state === 'ended', options);
  return { things, waits, limits, reads: () => reads };
}

describe('polling', () => {
  it('gives each change, and ends with the end', async () => {
    const { things, reads } = polled(['new', 'new', 'running', 'ended', 'never']);
    expect(await all(things)).toEqual([{ state: 'new' }, { state: 'running' }, { state: 'ended' }]);
    expect(reads()).toBe(4);
  });

  it('reads more rarely while nothing changes, and often again after a change', async () => {
    const { things, waits } = polled(['new', 'new', 'new', 'running', 'ended']);
    await all(things);
    expect(waits).toEqual([1000, 1500, 2250, 1000]);
  });

  it.each([
    [0, 750],
    [1, 1250],
  ])('is spread by chance: by %d', async (random, wait) => {
    const { things, waits } = polled(['new', 'ended'], {}, random);
    await all(things);
    expect(waits).toEqual([wait]);
  });

  it('waits 15 s at most', async () => {
    const { things, waits } = polled([...Array(12).fill('new'), 'ended']);
    await all(things);
    expect(Math.max(...waits)).toBe(15_000);
  });

  it('ends with an error when its time is over', async () => {
    const { things, waits } = polled(['new'], { timeoutMs: 5000 });
    await expect(all(things)).rejects.toMatchObject({ code: 'timed_out', mayHaveActed: false });
    expect(waits).toEqual([1000, 1500, 2250]);
    const exactly = polled(['new'], { timeoutMs: 2500 });
    await expect(all(exactly.things)).rejects.toMatchObject({ code: 'timed_out' });
    expect(exactly.waits).toEqual([1000]);
  });

  it('gives each read the time of a call, or what is left of its own', async () => {
    const { things, limits } = polled(['new'], { timeoutMs: 5000 });
    await expect(all(things)).rejects.toMatchObject({ code: 'timed_out' });
    expect(limits).toEqual([3000, 3000, 2500, 250]);
    const endless = polled(['new', 'ended']);
    await all(endless.things);
    expect(endless.limits).toEqual([3000, 3000]);
  });

  it("ends with a signal's reason, before it reads and while it waits", async () => {
    const { things, reads } = polled(['new'], { signal: AbortSignal.abort(new Error('enough')) });
    await expect(all(things)).rejects.toThrow('enough');
    expect(reads()).toBe(0);
    const controller = new AbortController();
    const waiting = polled(['new', 'ended'], { signal: controller.signal });
    expect(await waiting.things.next()).toMatchObject({ value: { state: 'new' } });
    controller.abort(new Error('enough'));
    await expect(waiting.things.next()).rejects.toThrow('enough');
    expect([waiting.reads(), waiting.waits]).toEqual([1, []]);
  });
});

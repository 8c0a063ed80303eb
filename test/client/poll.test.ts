import { describe, expect, it } from 'vitest';
import { type PollOptions, poll } from '../../client/src/poll.ts';
import { all, scriptedFetch, standingRuntime } from './support.ts';

/** Polls along a list of states; the last one stays. */
function polled(states: readonly string[], options?: PollOptions) {
  const { runtime, waits } = standingRuntime(scriptedFetch().fetch);
  let reads = 0;
  const read = async () => ({ state: states[Math.min(reads++, states.length - 1)] });
  const things = poll(runtime, read, ({ state }) => state === 'ended', options);
  return { things, waits, reads: () => reads };
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

  it('waits 15 s at most', async () => {
    const { things, waits } = polled([...Array(12).fill('new'), 'ended']);
    await all(things);
    expect(Math.max(...waits)).toBe(15_000);
  });

  it('ends with an error when its time is over', async () => {
    const { things, waits } = polled(['new'], { timeoutMs: 5000 });
    await expect(all(things)).rejects.toMatchObject({ code: 'timed_out', mayHaveActed: false });
    expect(waits).toEqual([1000, 1500, 2250]);
  });

  it("ends with a signal's reason", async () => {
    const { things } = polled(['new'], { signal: AbortSignal.abort(new Error('enough')) });
    await expect(all(things)).rejects.toThrow('enough');
  });
});

import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../functions/core/errors.ts';
import { createRecently } from '../../../functions/core/recently.ts';
import { retryUntil } from '../../../functions/core/retry-until.ts';
import { NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';

const away = new DependencyUnavailable('ledger', new Error('away'));

/** Tries a step that fails so often. @returns what came of it, and when it was tried */
async function attempt(failures: number, untilMs: number, error: Error = away, cut?: AbortController) {
  const clock = standingClock();
  const limits = { ...plentyOfTime(clock), ...(cut && { signal: cut.signal }) };
  const triedAt: number[] = [];
  const step = async () => {
    triedAt.push(clock.now() - NOON);
    if (triedAt.length > failures) return 'done';
    cut?.abort();
    throw error;
  };
  const result = await retryUntil(step, NOON + untilMs, clock, limits).catch((thrown: unknown) => thrown);
  return { result, triedAt };
}

describe('a step whose dependency is away', () => {
  it('is tried again after pauses that double up to two seconds', async () => {
    const { result, triedAt } = await attempt(7, 60_000);
    expect(result).toBe('done');
    expect(triedAt).toEqual([0, 100, 300, 700, 1500, 3100, 5100, 7100]);
  });

  it.each([
    [300, [0, 100]],
    [301, [0, 100, 300]],
  ])('is not tried when its time of %d ms is over', async (untilMs, times) => {
    expect(await attempt(99, untilMs)).toEqual({ result: away, triedAt: times });
  });

  it('is not tried once its invocation is cut off', async () => {
    expect((await attempt(99, 60_000, away, new AbortController())).triedAt).toEqual([0]);
  });

  it('is not tried again for a bug', async () => {
    const bug = new TypeError('a bug');
    expect(await attempt(1, 60_000, bug)).toEqual({ result: bug, triedAt: [0] });
  });
});

describe('what was read recently', () => {
  function open() {
    const clock = standingClock();
    const reads: (string | Error)[] = [];
    const recently = createRecently(
      async () => {
        const read = reads.shift() ?? 'nothing is left to read';
        await nextLoop();
        if (read instanceof Error) throw read;
        return read;
      },
      5000,
      clock,
    );
    return { clock, reads, read: () => recently.read(plentyOfTime(clock)), forget: recently.forget };
  }

  it('is not read again until its time is over, or it is forgotten', async () => {
    const { clock, reads, read, forget } = open();
    reads.push('one', 'two', 'three');
    expect(await Promise.all([read(), read()])).toEqual(['one', 'one']);
    clock.set(NOON + 4999);
    expect(await read()).toBe('one');
    clock.set(NOON + 5000);
    expect(await read()).toBe('two');
    forget();
    expect(await read()).toBe('three');
  });

  it('and could not be read is read again at once', async () => {
    const { reads, read } = open();
    reads.push(away, 'one');
    await expect(read()).rejects.toBe(away);
    expect(await read()).toBe('one');
  });

  it('stays, though an earlier read of it fails later', async () => {
    const { reads, read, forget } = open();
    reads.push(away, 'one', 'two');
    const first = read().catch((error: unknown) => error);
    forget();
    const second = read();
    expect([await first, await second, await read()]).toEqual([away, 'one', 'one']);
  });
});

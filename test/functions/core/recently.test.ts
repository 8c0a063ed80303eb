import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../functions/core/errors.ts';
import { createRecently } from '../../../functions/core/recently.ts';
import { NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';

const away = new DependencyUnavailable('ledger', new Error('away'));

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
    clock.set(NOON + 9999);
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

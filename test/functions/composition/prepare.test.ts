import { setImmediate as nextLoop } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { prepare } from '../../../functions/composition/prepare.ts';
import { NOON, standingClock } from '../../support/fixtures.ts';

it('what cannot be prepared in INIT fails nothing: the others are waited for, and each has two seconds', async () => {
  const done: number[] = [];
  const fails = () => Promise.reject(new Error('away'));
  await prepare(
    [
      fails,
      async ({ deadline }) => {
        await nextLoop();
        done.push(deadline - NOON);
      },
    ],
    { clock: standingClock() },
  );
  expect(done).toEqual([2000]);
});

it('leaves no timer behind once all is prepared', async () => {
  const clock = standingClock();
  let cleared = 0;
  const timeout = (ms: number) => {
    const { signal, clear } = clock.timeout(ms);
    const counted = () => {
      cleared += 1;
      clear();
    };
    return { signal, clear: counted };
  };
  await prepare([async () => undefined], { clock: { ...clock, timeout } });
  expect(cleared).toBe(1);
});

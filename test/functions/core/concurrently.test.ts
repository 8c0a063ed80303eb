import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { concurrently, together } from '../../../functions/core/concurrently.ts';

it('does something with each, with so many of them at once', async () => {
  const done: number[] = [];
  let underWay = 0;
  let most = 0;
  await concurrently([1, 2, 3, 4, 5], 2, async (item) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await sleep(1);
    underWay -= 1;
    done.push(item);
  });
  expect([done, most]).toEqual([[1, 2, 3, 4, 5], 2]);
});

it('begins none after a failure, and fails when none is under way', async () => {
  const [begun, ended]: [number[], number[]] = [[], []];
  const all = concurrently([1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('the first');
    await sleep(5);
    ended.push(item);
  });
  await expect(all).rejects.toThrow('the first');
  expect([begun, ended]).toEqual([[1, 2], [2]]);
});

it('waits for what is done together, also where a part has failed', async () => {
  expect(await together(Promise.resolve(1), Promise.resolve('a'))).toEqual([1, 'a']);
  let hasEnded = false;
  const slow = sleep(5).then(() => {
    hasEnded = true;
  });
  await expect(together(slow, Promise.reject(new Error('the second')))).rejects.toThrow('the second');
  expect(hasEnded).toBe(true);
});

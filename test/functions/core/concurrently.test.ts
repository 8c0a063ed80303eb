import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { concurrently } from '../../../functions/core/concurrently.ts';

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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOrderedBatcher } from '../../../../../functions/core/batch/feeding/ordered-batcher.ts';

interface Item {
  readonly key: string;
  readonly bytes: number;
  readonly n: number;
}

const item = (n: number, key = `key-${n}`, bytes = 100): Item => ({ key, bytes, n });

describe('a batcher', () => {
  it('sends every item once, those of a key in their order, whatever fails and whichever batch comes back first', () => {
    const keys = fc.array(fc.constantFrom('a', 'b', 'c', ...Array.from({ length: 30 }, (_, n) => `${n}`)), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(keys, fc.infiniteStream(fc.nat(1000)), (given, chance) => {
        const batcher = createOrderedBatcher<Item>();
        const next = () => chance.next().value as number;
        const out: (readonly Item[])[] = [];
        const taken: Item[] = [];
        let added = 0;
        let rounds = 0;
        while (added < given.length || !batcher.isEmpty) {
          for (let n = next() % 20; n > 0 && added < given.length; n -= 1) {
            batcher.add(item(added, given[added]));
            added += 1;
          }
          for (let batch = batcher.nextBatch(); batch.length > 0; batch = batcher.nextBatch()) out.push(batch);
          const [batch = []] = out.splice(next() % Math.max(1, out.length), 1);
          const onTheWay = [...out.flat(), ...batch].map(({ key }) => key);
          expect(new Set(onTheWay).size).toBe(onTheWay.length);
          rounds += 1;
          if (rounds > 10_000) throw new Error('an item is neither sent nor given up');
          if (batch.length === 0) continue;
          const failed = [...batch.keys()].filter(() => next() % 4 === 0);
          // What SQS took, it took in the order of the batch.
          taken.push(...batch.filter((_, index) => !failed.includes(index)));
          batcher.settle(batch, failed);
        }
        expect(taken.map(({ n }) => n).sort((a, b) => a - b)).toEqual(given.map((_, index) => index));
        for (const each of Object.values(Object.groupBy(taken, ({ key }) => key))) {
          expect(each?.map(({ n }) => n)).toEqual(each?.map(({ n }) => n).toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('fills batches of ten, and sends a short one only when nothing on its way could lengthen it', () => {
    const batcher = createOrderedBatcher<Item>();
    for (let n = 0; n < 25; n += 1) batcher.add(item(n));
    const [first, second] = [batcher.nextBatch(), batcher.nextBatch()];
    expect([first.length, second.length, batcher.nextBatch().length]).toEqual([10, 10, 0]);
    batcher.settle(first, []);
    expect(batcher.nextBatch()).toHaveLength(0);
    batcher.settle(second, []);
    expect(batcher.nextBatch()).toHaveLength(5);
  });

  it('has ten batches on their way at the most', () => {
    const batcher = createOrderedBatcher<Item>();
    for (let n = 0; n < 200; n += 1) batcher.add(item(n));
    const batches = Array.from({ length: 20 }, () => batcher.nextBatch()).filter(({ length }) => length > 0);
    expect([batches.length, batcher.out]).toEqual([10, 10]);
  });

  it('cuts a batch at 1 MiB', () => {
    const batcher = createOrderedBatcher<Item>();
    for (let n = 0; n < 10; n += 1) batcher.add(item(n, `key-${n}`, 300_000));
    expect(batcher.nextBatch()).toHaveLength(3);
  });
});

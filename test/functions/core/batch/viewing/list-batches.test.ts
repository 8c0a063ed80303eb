import { describe, expect, it } from 'vitest';
import { newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { createListBatches } from '../../../../../functions/core/batch/viewing/list-batches.ts';
import { plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const { refusal: _, ...check } = unreadCheck('');
const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };

/** Twenty batches, which are paused where they are named. */
function open(...paused: readonly number[]) {
  const asked: { readonly limit: number; readonly cursor?: string }[] = [];
  const all = Array.from({ length: 20 }, (_, index) => {
    const batch = newBatch({ batchId: `b_${index}`, name: 'a', source: 'http', file, createdAt: index, check });
    return paused.includes(index) ? { ...batch, control: 'paused' as const } : batch;
  });
  const listBatches = createListBatches({
    list: async (_owners, page) => {
      asked.push(page);
      const from = Number(page.cursor ?? 0);
      const to = from + page.limit;
      return { batches: all.slice(from, to), ...(to < all.length && { cursor: String(to) }) };
    },
  });
  const list = async (cursor?: string) => {
    const page = { limit: 2, ...(cursor !== undefined && { cursor }) };
    const found = await listBatches({ owners: ['acme'], state: 'paused' }, page, plentyOfTime(standingClock()));
    return { ids: found.batches.map(({ batchId }) => batchId), cursor: found.cursor };
  };
  return { list, asked };
}

describe('the batches of a state', () => {
  it('are looked for in five reads a page: one may be empty, and have a next one', async () => {
    const { list, asked } = open(12);
    const first = await list();
    expect([first, asked.length]).toEqual([{ ids: [], cursor: '10' }, 5]);
    expect(await list(first.cursor)).toEqual({ ids: ['b_12'], cursor: '17' });
  });

  it('are shown each once: what a page has no room for begins the next one', async () => {
    const { list } = open(1, 2, 3);
    const first = await list();
    expect(first).toEqual({ ids: ['b_1', 'b_2'], cursor: '3' });
    expect((await list(first.cursor)).ids).toEqual(['b_3']);
  });
});

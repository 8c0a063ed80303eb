import { expect, it } from 'vitest';
import type { Context } from '../../cli/src/context.ts';
import { findWayBack } from '../../cli/src/request/way-back.ts';

it('the way back passes over any number of requests that never reached Autoenhance, and reads none of them', async () => {
  const failed = Array.from({ length: 30 }, (_, n) => ({
    request_id: `failed-${n}`,
    state: 'failed',
    life: 'failed',
  }));
  const reached = [2, 1].map((rating) => {
    return { request_id: `set-${rating}`, state: 'succeeded', life: 'finished', preferences: { rating } };
  });
  const read: string[] = [];
  const requests = {
    ofImage: () => ({
      async *pages() {
        yield { items: [...failed, ...reached] };
      },
    }),
    get: async (id: string) => {
      read.push(id);
      return reached.find(({ request_id }) => request_id === id);
    },
  };
  const context = { client: () => ({ requests }) } as unknown as Context;
  const { wayBack } = await findWayBack(context, 'house');
  expect(wayBack).toMatchObject({ undoes: 'set-2', back_to: 'set-1', preferences: { rating: 1 } });
  expect(read).toEqual(['set-2', 'set-1']);
});

import { expect, it } from 'vitest';
import type { RequestItem } from '../../client/src/index.ts';
import { createImageLoader } from '../../console/src/image/load-image.ts';
import type { Service } from '../../console/src/service/service.ts';

it('reads a request that has ended once, unless its end is corrected', async () => {
  const life = new Map<string, RequestItem['life']>([
    ['open', 'started'],
    ['ended', 'failed'],
  ]);
  let read: string[] = [];
  const asked: object[] = [];
  const requestOf = (id: string) => ({ request_id: id, life: life.get(id) }) as RequestItem;
  const requests = {
    ofImage: (imageId: string, options: object) => ({
      async *pages() {
        asked.push({ imageId, ...options });
        yield { items: [...life.keys()].map(requestOf), nextCursor: 'older' };
        yield { items: [] };
      },
    }),
    get: async (id: string, options: object) => {
      asked.push(options);
      read.push(id);
      return requestOf(id);
    },
  };
  const load = createImageLoader({ quick: { requests } } as unknown as Service, 'house');
  const { signal } = new AbortController();
  const look = async () => {
    read = [];
    const { requests: shown, hasMore } = await load(2, signal);
    return { read, shown: shown.map((each) => each.life), hasMore };
  };
  expect(await look()).toEqual({ read: ['open', 'ended'], shown: ['started', 'failed'], hasMore: true });
  expect(asked).toEqual([{ imageId: 'house', limit: 2, signal }, { signal }, { signal }]);
  expect(await look()).toEqual({ read: ['open'], shown: ['started', 'failed'], hasMore: true });
  life.set('ended', 'finished');
  expect(await look()).toEqual({ read: ['open', 'ended'], shown: ['started', 'finished'], hasMore: true });
  expect(await look()).toEqual({ read: ['open'], shown: ['started', 'finished'], hasMore: true });
});

import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createReadImage } from '../../../../../functions/core/completion/sweep/read-image.ts';
import {
  AccountRefused,
  CallNotStarted,
  EndpointNotReached,
  type ProcessError,
  RefusedForGood,
} from '../../../../../functions/core/errors.ts';
import type { JsonObject } from '../../../../../functions/core/json.ts';
import { listeningLogger, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

/** @param read what the endpoint does @param isOpen whether the circuit breaker is */
function open(read: () => Promise<string | null>, images: ReadonlyMap<string, JsonObject> = new Map(), isOpen = false) {
  const clock = standingClock();
  const steps: string[] = [];
  const log = listeningLogger();
  const permit = {
    sent: () => {},
    renewIfLate: async () => {},
    complete: (error?: ProcessError) => void steps.push(`complete ${error?.code ?? 'well'}`),
    release: () => void steps.push('release'),
  };
  const readImage = createReadImage({
    records: {
      read: async () => ({ response: await read(), warnings: [] }),
      readOrderImages: async () => {
        await read();
        return images;
      },
    },
    permits: {
      acquire: async () => (isOpen ? { kind: 'open', ms: 1 } : { kind: 'granted', permit }),
    },
    log,
  });
  return { readImage, steps, log, limits: plentyOfTime(clock) };
}

const failing = (error: Error) => open(() => Promise.reject(error));

describe('the record of an image', () => {
  it('is read as any call is made', async () => {
    const { readImage, steps, limits } = open(async () => '{"status":"processed"}');
    expect(await readImage.image('house', limits)).toEqual({ kind: 'record', record: { status: 'processed' } });
    expect(steps).toEqual(['complete well', 'release']);
  });

  it.each<[ProcessError, object]>([
    [new EndpointNotReached('no connection'), { kind: 'failed' }],
    [new RefusedForGood('no such image', { status: 404, response: '{}' }), { kind: 'record', record: null }],
    [new AccountRefused('wrong key', { status: 401, response: '{}' }), { kind: 'not_allowed' }],
    [new CallNotStarted('too late'), { kind: 'not_allowed' }],
  ])('that cannot be read, since %s, comes to %j', async (error, seen) => {
    const { readImage, steps, log, limits } = failing(error);
    expect(await readImage.image('house', limits)).toEqual(seen);
    expect(steps).toEqual([`complete ${error.code}`, 'release']);
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { image_id: 'house' } }]);
  });

  it('is not read while no call may begin', async () => {
    const { readImage, limits } = open(async () => '{}', new Map(), true);
    expect(await readImage.image('house', limits)).toEqual({ kind: 'not_allowed' });
  });

  it('gives its place back when a bug ends the call, which is not hidden', async () => {
    const { readImage, steps, limits } = failing(new TypeError('a bug'));
    await expect(readImage.image('house', limits)).rejects.toThrow(TypeError);
    expect(steps).toEqual(['release']);
  });

  it.each([
    [256 * 1024, true],
    [256 * 1024 + 1, false],
  ])('of %d bytes fits an event: %j', async (bytes, fits) => {
    const text = JSON.stringify({ note: '' });
    const record = { note: 'x'.repeat(bytes - text.length) };
    const single = open(async () => JSON.stringify(record));
    const [seen, none] = [
      { kind: 'record', record },
      { kind: 'record', record: null },
    ];
    expect(await single.readImage.image('house', single.limits)).toEqual(fits ? seen : none);
    const order = open(async () => null, new Map([['house', record]]));
    expect((await order.readImage.order('o_1', new Set(['house']), order.limits)).get('house')).toEqual(
      fits ? seen : undefined,
    );
  });

  it('of an order that cannot be read is read by itself', async () => {
    const { readImage, log, limits } = failing(new EndpointNotReached('no connection'));
    expect(await readImage.order('o_1', new Set(['house']), limits)).toEqual(new Map());
    expect(log.lines).toMatchObject([{ facts: { order_id: 'o_1' } }]);
  });

  it('of an order is kept only where it is asked for: an order has thousands', async () => {
    const { readImage, limits } = open(async () => null, new Map([['house', {}], ['barn', {}]])); // biome-ignore format: one thought
    expect([...(await readImage.order('o_1', new Set(['house']), limits)).keys()]).toEqual(['house']);
  });

  it('is read of one order after the other, also where one cannot be read', async () => {
    const begun: PromiseWithResolvers<string | null>[] = [];
    const { readImage, limits } = open(() => {
      const next = Promise.withResolvers<string | null>();
      begun.push(next);
      return next.promise;
    });
    const reads = ['o_1', 'o_2', 'o_3'].map((orderId) => readImage.order(orderId, new Set(['house']), limits));
    const ends = Promise.allSettled(reads);
    await nextLoop();
    expect(begun).toHaveLength(1);
    begun[0]?.reject(new TypeError('a bug'));
    await nextLoop();
    expect(begun).toHaveLength(2);
    begun[1]?.resolve(null);
    await nextLoop();
    begun[2]?.resolve(null);
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });
});

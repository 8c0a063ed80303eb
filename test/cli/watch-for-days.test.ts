import { describe, expect, it } from 'vitest';
import { hasTimedOut, watchForDays } from '../../cli/src/batch/watch-for-days.ts';
import type { Context } from '../../cli/src/context.ts';
import type { Batch } from '../../client/src/contract.ts';
import type { Client } from '../../client/src/create-client.ts';
import { ReprocessError } from '../../client/src/reprocess-error.ts';
import { BATCH, batchOf } from './support/stub-service.ts';

const failed = (code: string, status?: number) =>
  new ReprocessError({ code, detail: code, mayHaveActed: false, status }, code === 'not_reached' && new Error('x'));
const AWAY = failed('not_reached');
const batch = (finished: number) => batchOf(finished) as unknown as Batch;

/** Follows a batch along the parts of a script, each of which ends with its error. A wait takes its time. */
async function watched(script: readonly (readonly (number | Error)[])[], timeoutMs?: number) {
  const started: (number | undefined)[] = [];
  const seen: number[] = [];
  let now = 0;
  let lost = 0;
  async function* watch(_id: string, options: { readonly timeoutMs: number }) {
    const part = script[started.push(options.timeoutMs) - 1] ?? [];
    for (const each of part) {
      if (each instanceof Error) throw each;
      yield batch(each);
    }
  }
  const context = {
    signal: new AbortController().signal,
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  } as unknown as Context;
  const onLost = () => {
    lost += 1;
  };
  const client = { batches: { watch } } as unknown as Client;
  try {
    for await (const { counts } of watchForDays(context, client, BATCH, { timeoutMs, onLost })) {
      seen.push(counts.finished);
    }
  } catch (error) {
    return { seen, lost, started, error };
  }
  return { seen, lost, started };
}

describe('a batch is followed', () => {
  it('over outages of the service, once it was read', async () => {
    const { seen, lost, error } = await watched([[50, AWAY], [AWAY], [failed('http_503', 503)], [100]]);
    expect([seen, lost, error]).toEqual([[50, 100], 3, undefined]);
  });

  it('over a call that took too long', async () => {
    const slow = new ReprocessError({ code: 'timed_out', detail: 'x', mayHaveActed: false }, new Error('x'));
    expect((await watched([[50, slow], [100]])).seen).toEqual([50, 100]);
  });

  it('not when the service cannot be reached from the first', async () => {
    expect(await watched([[AWAY], [100]])).toMatchObject({ seen: [], lost: 0, error: AWAY });
  });

  it('until its time is over, also when that cuts off the first read', async () => {
    const late = () => watched([[AWAY]], 1);
    expect(hasTimedOut((await late()).error)).toBe(true);
    expect((await watched([[AWAY]], 2)).error).toBe(AWAY);
  });

  it.each([
    ['is not there', failed('http_404', 404)],
    ['is another’s', failed('http_403', 403)],
    ['was waited for long enough', failed('timed_out')],
  ])('not any longer when it %s', async (_, error) => {
    expect(await watched([[50, error], [100]])).toMatchObject({ seen: [50], lost: 0, error });
  });

  it('for the time that was given, outages included', async () => {
    const { started } = await watched([[50, AWAY], [AWAY], [100]], 60_000);
    expect(started).toEqual([60_000, 50_000, 40_000]);
  });

  it('no longer than for that time, when the service does not come back', async () => {
    const { started, error } = await watched([[50, AWAY], ...Array.from({ length: 20 }, () => [AWAY])], 60_000);
    expect([started.at(-1), hasTimedOut(error)]).toEqual([10_000, true]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Context } from '../../cli/src/context.ts';
import type { ErrorReport } from '../../cli/src/error-report.ts';
import { eachOf } from '../../cli/src/request/each.ts';
import { ReprocessError } from '../../client/src/reprocess-error.ts';

const error = (status: number, detail: string) =>
  new ReprocessError({ status, code: `http_${status}`, detail, mayHaveActed: false });

/** Does something for each id of a script, until it ends. */
async function run(script: Readonly<Record<string, boolean | Error>>) {
  const told: string[] = [];
  const done: string[] = [];
  const output = { error: ({ detail }: ErrorReport) => void told.push(detail) };
  const [result] = await Promise.allSettled([
    eachOf({ output } as unknown as Context, Object.keys(script), async (id) => {
      done.push(id);
      const answer = script[id];
      if (answer instanceof Error) throw answer;
      return answer === true;
    }),
  ]);
  return { result: result.status === 'fulfilled' ? result.value : result.reason, told, done };
}

describe('something is done for each id', () => {
  it('and has succeeded when it has for all', async () => {
    expect((await run({ a: true, b: true })).result).toBe(0);
    expect((await run({ a: false, b: true })).result).toBe(1);
  });

  it('also behind one that the service refuses, which is told', async () => {
    const { result, told, done } = await run({ a: error(409, 'it has not failed'), b: true });
    expect([result, told, done]).toEqual([1, ['a: it has not failed'], ['a', 'b']]);
  });

  it('and for none behind what would be the same for each', async () => {
    for (const wrong of [error(401, 'wrong key'), error(503, 'away'), new TypeError('a bug')]) {
      const { result, told, done } = await run({ a: wrong, b: true });
      expect([result, told, done]).toEqual([wrong, [], ['a']]);
    }
  });

  it('and what cannot be used ends with 2, also where it is the only one, which is named', async () => {
    const wrong = error(422, 'rating must be 5');
    expect(await run({ a: wrong })).toMatchObject({ result: 2, told: ['a: rating must be 5'] });
    expect(await run({ a: true, b: wrong, c: false })).toMatchObject({ result: 2, done: ['a', 'b', 'c'] });
    expect(await run({ a: false, b: wrong })).toMatchObject({ result: 1, done: ['a', 'b'] });
  });
});

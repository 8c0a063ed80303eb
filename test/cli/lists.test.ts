import { expect, it } from 'vitest';
import { runHere } from './support/run-here.ts';
import { batchOf, stubService } from './support/stub-service.ts';

it('a list says that there are more, and reads one page for it', async () => {
  const { env, calls } = await stubService({
    'GET /v3/batches': ({ url }) => {
      const limit = Number(url.searchParams.get('limit'));
      return [200, { batches: Array.from({ length: limit }, () => batchOf(50)), next_cursor: 'more' }];
    },
  });
  const { code, stdout, stderr } = await runHere(['batch', 'list', '--limit', '2'], env);
  expect([code, stdout.trim().split('\n').length]).toEqual([0, 2]);
  expect(stderr).toBe('There are more: --limit 4, or --limit all.\n');
  expect(calls).toHaveLength(1);
});

it.each([
  ['are none', [], 'There are none.\n'],
  ['are as many as are shown', [batchOf(50), batchOf(50)], ''],
])('a list of which there %s says so', async (_, batches, said) => {
  const { env } = await stubService({ 'GET /v3/batches': () => [200, { batches, next_cursor: null }] });
  expect(await runHere(['batch', 'list', '--limit', '2'], env)).toMatchObject({ code: 0, stderr: said });
});

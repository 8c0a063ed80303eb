import { describe, expect, it } from 'vitest';
import { newBatch } from '../../../../../functions/core/batch/batch.ts';
import type { LineItem } from '../../../../../functions/core/batch/line.ts';
import { createLinePages, type LineFilter } from '../../../../../functions/core/batch/results/line-pages.ts';
import type { LineRow } from '../../../../../functions/core/batch/results/line-row.ts';
import { InvalidCursor } from '../../../../../functions/core/errors.ts';
import { failure } from '../../../../../functions/core/outcome/failure.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
const batch = newBatch({ batchId: 'b_1', name: 'a', source: 'http', file, createdAt: NOON });
const limits = plentyOfTime(standingClock());

/** @param count of lines, of which each tenth is finished, each other is started, and every hundredth is blank */
function ofFile(count: number) {
  const rowOf = (line: number): LineRow | undefined =>
    line % 100 === 0 ? undefined : { line, state: line % 10 === 1 ? 'finished' : 'started', attempts: 1 };
  return createLinePages({
    readRows: async function* (_batch, from) {
      const left = Array.from({ length: Math.max(0, count + 1 - from.line) }, (_, index) => from.line + index);
      yield left.map((line) => ({ row: rowOf(line), next: { offset: line * 10, line: line + 1 } })) as never;
    },
    lines: { failed: async () => [], find: async () => new Map() },
  });
}

/** @param codes of the failed lines, from line 1 on @param gone lines whose items the ledger has dropped */
function ofFailed(codes: readonly ('not_found' | 'refused')[], gone: readonly number[] = []) {
  let reads = 0;
  const pages = createLinePages({
    readRows: async function* () {},
    lines: {
      failed: async (_batchId, after, most) => {
        reads += 1;
        return codes
          .map((_, index) => ({ line: index + 1, requestId: `upload:${index + 1}` }))
          .slice(after, after + most);
      },
      find: async (ids) =>
        new Map(
          ids.flatMap((requestId): [string, LineItem][] => {
            const line = Number(requestId.split(':')[1]);
            if (gone.includes(line)) return [];
            const error = failure(codes[line - 1] ?? 'refused', 'no');
            const outcome = { kind: 'failed', error, attempts: 1, warnings: [], at: NOON } as const;
            const facts = { requestId, imageId: 'house', line, round: 1, attempts: 1, changes: 0, outcome };
            return [[requestId, { ...facts, isUncounted: false, isUnknown: false }]];
          }),
        ),
    },
  });
  return { pages, reads: () => reads };
}

const numbers = (rows: readonly LineRow[]) => rows.map(({ line }) => line);

describe('the lines of a batch', () => {
  it('are paged in the order of its file, each once, and the last page has no next one', async () => {
    const pages = ofFile(5);
    const first = await pages(batch, {}, { limit: 3 }, limits);
    expect(numbers(first.rows)).toEqual([1, 2, 3]);
    const second = await pages(batch, {}, { limit: 3, cursor: first.cursor ?? '' }, limits);
    expect([numbers(second.rows), second.cursor]).toEqual([[4, 5], undefined]);
  });

  it.each<[LineFilter, readonly number[]]>([
    [{ state: 'finished' }, [1, 11, 21]],
    [{ state: 'started' }, [2, 3, 4]],
    [{ state: 'finished', code: 'not_found' }, []],
  ])('are chosen by %j', async (filter, lines) => {
    expect(numbers((await ofFile(30)(batch, filter, { limit: 3 }, limits)).rows)).toEqual(lines);
  });

  it('of which few fit are looked at 2,000 at a time', async () => {
    const pages = ofFile(4001);
    const first = await pages(batch, { state: 'queued' }, { limit: 3 }, limits);
    expect(first.rows).toEqual([]);
    expect(Buffer.from(first.cursor ?? '', 'base64url').toString()).toBe('[20000,2001]');
    const third = await pages(
      batch,
      {},
      { limit: 3, cursor: Buffer.from('[40000,4001]').toString('base64url') },
      limits,
    );
    expect([numbers(third.rows), third.cursor]).toEqual([[4001], undefined]);
  });

  it('that failed are those of the index, by their code too', async () => {
    const { pages } = ofFailed(['not_found', 'refused', 'refused', 'refused', 'not_found']);
    const first = await pages(batch, { state: 'failed' }, { limit: 2 }, limits);
    expect(numbers(first.rows)).toEqual([1, 2]);
    const rest = await pages(batch, { state: 'failed' }, { limit: 9, cursor: first.cursor ?? '' }, limits);
    expect([numbers(rest.rows), rest.cursor]).toEqual([[3, 4, 5], undefined]);
    const chosen = await pages(batch, { state: 'failed', code: 'refused' }, { limit: 2 }, limits);
    expect(numbers(chosen.rows)).toEqual([2, 3]);
  });

  it.each([1, 100])(
    'that failed otherwise are looked at in a bounded number of reads, for a page of %d',
    async (limit) => {
      const { pages, reads } = ofFailed(Array<'refused'>(5000).fill('refused'));
      const { rows, cursor } = await pages(batch, { state: 'failed', code: 'not_found' }, { limit }, limits);
      expect([rows, reads()]).toEqual([[], 20]);
      expect(Buffer.from(cursor ?? '', 'base64url').toString()).toBe('[2000]');
    },
  );

  it('of a code are found behind those of another', async () => {
    const { pages } = ofFailed(['not_found', 'refused', 'refused', 'refused', 'refused', 'not_found']);
    const found = await pages(batch, { state: 'failed', code: 'not_found' }, { limit: 3 }, limits);
    expect([numbers(found.rows), found.cursor]).toEqual([[1, 6], undefined]);
  });

  it('that failed are passed over once the ledger has dropped them', async () => {
    const { pages } = ofFailed(['refused', 'refused', 'refused', 'refused', 'refused'], [2, 3]);
    const first = await pages(batch, { state: 'failed' }, { limit: 2 }, limits);
    expect([numbers(first.rows), Buffer.from(first.cursor ?? '', 'base64url').toString()]).toEqual([[1, 4], '[4]']);
  });

  it('are none before its file has come, and a cursor has to be one all the same', async () => {
    const { version: _, ...without } = file;
    const early = { ...batch, file: without };
    expect(await ofFile(3)(early, {}, { limit: 3 }, limits)).toEqual({ rows: [] });
    await expect(ofFile(3)(early, {}, { limit: 3, cursor: 'garbage' }, limits)).rejects.toThrow(InvalidCursor);
  });

  it.each(['', '[]', '[1]', '[1,0]', '[1,2,3]', '[-1,2]', '[1.5,2]', '["1",2]', '{}', 'no JSON'])(
    'have no page at the cursor %j',
    async (text) => {
      const cursor = Buffer.from(text).toString('base64url');
      await expect(ofFile(3)(batch, {}, { limit: 3, cursor }, limits)).rejects.toThrow(InvalidCursor);
    },
  );
});

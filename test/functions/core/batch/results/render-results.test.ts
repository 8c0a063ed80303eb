import { describe, expect, it } from 'vitest';
import { newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { createRenderResults } from '../../../../../functions/core/batch/results/render-results.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const { refusal: _, ...nothing } = unreadCheck('');
const limits = plentyOfTime(standingClock());

function aBatch(name: string, total = 1) {
  const file = { bucket: 'uploads', key: `requests/${name}`, version: 'v1' };
  const check = { ...nothing, total };
  return newBatch({ batchId: 'b_1', name, source: 'upload', file, createdAt: NOON, check });
}

const rendering = (...pieces: readonly string[]) =>
  createRenderResults(async function* () {
    yield* pieces;
  });

describe('the results of a batch', () => {
  it.each([
    ['spring.csv', 'spring-results.csv', 'text/csv; charset=utf-8'],
    ['spring.JSONL', 'spring-results.ndjson', 'application/x-ndjson; charset=utf-8'],
    ['spring.2026.json', 'spring.2026-results.ndjson', 'application/x-ndjson; charset=utf-8'],
  ])('of %s are called %s', (name, fileName, contentType) => {
    expect(rendering().fileOf(aBatch(name))).toMatchObject({ fileName, contentType });
  });

  it('fit a response up to 20,000 lines', async () => {
    expect(await rendering('a', 'b').render(aBatch('a.csv', 20_000), limits)).toBe('ab');
    expect(await rendering('a', 'b').render(aBatch('a.csv', 20_001), limits)).toBeUndefined();
  });

  it('fit a response up to 3 MiB', async () => {
    const half = 'ä'.repeat(768 * 1024);
    expect(await rendering(half, half).render(aBatch('a.csv'), limits)).toBe(half + half);
    expect(await rendering(half, half, 'a').render(aBatch('a.csv'), limits)).toBeUndefined();
  });
});

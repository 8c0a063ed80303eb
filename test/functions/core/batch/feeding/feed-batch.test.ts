import { expect, it } from 'vitest';
import { newBatch } from '../../../../../functions/core/batch/batch.ts';
import { createFeedBatch } from '../../../../../functions/core/batch/feeding/feed-batch.ts';
import { createOpenBatch } from '../../../../../functions/core/batch/feeding/open-batch.ts';
import type { ParsedLine } from '../../../../../functions/core/batch/reading/parsed-line.ts';
import type { ReprocessRequest } from '../../../../../functions/core/request/reprocess-request.ts';
import { plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

it('lines of one image that are sent at once are accepted one after the other: the newest one is the last in the file', async () => {
  const images = ['house', 'barn', 'house', 'house', 'barn'];
  const lines = images.map((imageId, index): ParsedLine => {
    return {
      line: index + 1,
      next: { offset: index + 1, line: index + 2 },
      text: '',
      request: { imageId, preferences: {} },
    };
  });
  async function* readLines() {
    yield { lines };
  }
  const file = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };
  const batch = newBatch({ batchId: 'b_1', name: 'a', source: 'upload', file, createdAt: 0 });
  const save = async (fed: Parameters<Parameters<typeof createOpenBatch>[0]['save']>[0]) => fed;
  const put: ReprocessRequest[] = [];
  const clock = standingClock();
  const feeding = createFeedBatch({
    readLines,
    lines: { put: async (requests) => void put.push(...requests), findWhole: async () => [] },
    sendLines: async (requests) => requests.length,
    clock,
  });
  await feeding.feed(createOpenBatch({ save }, { batch, revision: 0, journal: [] }), 10, plentyOfTime(clock));
  expect(put.map(({ imageId, acceptedAt }) => [imageId, acceptedAt - clock.now()])).toEqual([
    ['house', 0],
    ['barn', 0],
    ['house', 1],
    ['house', 2],
    ['barn', 1],
  ]);
});

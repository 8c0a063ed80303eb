import { expect, it } from 'vitest';
import { newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { createOpenBatch } from '../../../../../functions/core/batch/feeding/open-batch.ts';
import type { Counting } from '../../../../../functions/core/batch/feeding/ports.ts';
import { createResendLines } from '../../../../../functions/core/batch/feeding/resend-lines.ts';
import type { LineItem } from '../../../../../functions/core/batch/line.ts';
import type { LedgerItem } from '../../../../../functions/core/ports.ts';
import type { ReprocessRequest } from '../../../../../functions/core/request/reprocess-request.ts';
import { aRequest, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

it('lines that failed for the limit are sent again, but those whose image has a newer request fail as superseded', async () => {
  const clock = standingClock();
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const facts = { batchId: 'b', name: 'a', source: 'upload', file, createdAt: NOON, check: unreadCheck('') } as const;
  const batch = { ...newBatch(facts), tally: { started: 0, finished: 0, failed: 0, returned: 2 } };
  const counters = { attempts: 1, crashes: 0, lostResponses: 0, retriedMs: 0, state: 'succeeded' } as const;
  const items = ['villa', 'barn'].map((imageId, index): LedgerItem => {
    const upload = { file: file.key, line: index + 1 };
    return { ...aRequest({ imageId, source: 'upload', upload, batch: { batchId: 'b', round: 1 } }), ...counters };
  });
  const known = items.map((item, index): [string, LineItem] => [
    item.requestId,
    { ...item, line: index + 1, round: 1, changes: 2, counted: 'returned', isUncounted: false, isUnknown: false },
  ]);
  const put: ReprocessRequest[] = [];
  const written: Counting[] = [];
  const resend = createResendLines({
    lines: {
      query: async () => items.map(({ requestId }) => requestId),
      find: async () => new Map(known),
      findWhole: async () => items,
      hasNewer: async (imageId) => imageId === 'barn',
      put: async (requests) => void put.push(...requests),
    },
    counting: { write: async (_open, countings) => void written.push(...countings) },
    ...{ tellLines: async () => {}, clock },
  });
  const open = createOpenBatch({ save: async (fed) => fed }, { batch, revision: 1, journal: [] });
  expect(await resend(open, 10, plentyOfTime(clock))).toBe(1);
  expect(put).toMatchObject([{ imageId: 'villa', acceptedAt: NOON, batch: { round: 2 } }]);
  const common = { round: 1, changes: 2, from: 'returned' };
  expect(written).toEqual([
    { ...common, line: 1, to: 'resent' },
    { ...common, line: 2, to: 'failed', endedAs: 'superseded' },
  ]);
});

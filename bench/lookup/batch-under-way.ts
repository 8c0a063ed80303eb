import { type Batch, batchIdOf, MAX_POINTS, newBatch } from '../../functions/core/batch/batch.ts';

const MINUTE_MS = 60_000;
/** As many as a check keeps. */
const REJECTIONS = 20;
const REPEATS = 10;
const WARNINGS = 20;

/** A batch of so many lines under way, of which a tenth are sent and half of these finished, with as much beside as there can be. */
export function batchUnderWay(lines: number, now: number): Batch {
  const createdAt = now - MAX_POINTS * MINUTE_MS;
  const sent = lines / 10;
  const tally = { started: sent / 4, finished: sent / 2, failed: sent / 10, returned: 0 };
  const batch = newBatch({
    batchId: batchIdOf('bench', String(lines)),
    name: 'bench.csv',
    source: 'http',
    partner: 'bench',
    file: { bucket: 'bench', key: 'requests/partners/bench/bench.csv', version: 'v' },
    createdAt,
    startedAt: createdAt,
    check: {
      total: lines,
      rejected: lines / 100,
      rejections: times(REJECTIONS, (line) => ({ line, image_id: `image-${line}`, detail: 'x'.repeat(300) })),
      repeatedImages: lines / 10,
      differingImages: 0,
      repeats: times(REPEATS, (n) => ({ image_id: `image-${n}`, lines: [n, 2 * n], count: 2, differs: false })),
      problems: [],
      warnings: times(WARNINGS, (n) => `warning ${n} ${'x'.repeat(300)}`),
    },
  });
  const points = times(MAX_POINTS, (n) => {
    const part = (count: number) => Math.round((count * n) / MAX_POINTS);
    const { finished, failed, started } = tally;
    return { at: createdAt + n * MINUTE_MS, finished: part(finished), failed: part(failed), started: part(started) };
  });
  const feed = { sent: sent + 1, fed: { offset: 40 * sent, line: sent + 1 }, lines: sent, isFed: false };
  return { ...batch, feed, tally, points };
}

function times<Result>(count: number, make: (n: number) => Result): readonly Result[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}

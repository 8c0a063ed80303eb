import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLooks } from '../../../functions/adapters/ledger/completion/looks.ts';
import { NOON, standingClock } from '../../support/fixtures.ts';
import { CALL_MS, startFunctionBench } from '../../support/function-bench.ts';
import { sqsRecord } from '../../support/sqs-event.ts';

let bench: Awaited<ReturnType<typeof startFunctionBench>>;
beforeAll(async () => {
  bench = await startFunctionBench();
});
afterAll(() => bench.stop());

it('a request that has waited for days is made, and the sweep first looks at it as long after its start as its stage says', async () => {
  const days = 12 * 86_400_000;
  const worker = bench.startWorker();
  const waited = { attributes: { SentTimestamp: String(NOON - days) } };
  expect(await worker.run(sqsRecord({ image_id: 'villa', preferences: {} }, waited))).toEqual([]);
  const looks = createLooks({ ...bench.database, clock: standingClock() });
  const startedAt = NOON + CALL_MS;
  const dueAt = async (at: number) => {
    const images: string[] = [];
    for await (const page of looks.due(at, bench.limits)) images.push(...page.map(({ imageId }) => imageId));
    return images;
  };
  expect([await dueAt(startedAt + 89_999), await dueAt(startedAt + 90_000)]).toEqual([[], ['villa']]);
});

it('that the endpoint refuses the account is written at once: it raises an alarm, and must outlive a crash', async () => {
  bench.sandbox.fail({ kind: 'status', status: 402, times: 1 });
  const worker = bench.startWorker();
  expect(await worker.run(sqsRecord({ image_id: 'barn', preferences: {} }))).toHaveLength(1);
  const written = worker.lines.map((line) => ('AccountFault' in line ? 'metric' : line.level));
  expect(written.indexOf('metric')).toBeGreaterThanOrEqual(0);
  expect(written.indexOf('metric')).toBeLessThan(written.indexOf('error'));
});

it('after a lost response a request waits as long as its stage says', async () => {
  bench.sandbox.fail({ kind: 'reset', times: 1 });
  const worker = bench.startWorker();
  expect(await worker.run(sqsRecord({ image_id: 'lost', preferences: {} }))).toHaveLength(1);
  expect(worker.lines[0]).toMatchObject({ wait_ms: 30_000, error: { code: 'connection_lost' } });
});

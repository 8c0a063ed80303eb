import { parseCsv } from '../../functions/adapters/csv/parse-csv.ts';
import { createFeedLedger } from '../../functions/adapters/ledger/batches/feeding.ts';
import { createLedger } from '../../functions/adapters/ledger/ledger.ts';
import { createUploadStore } from '../../functions/adapters/storage/upload-store.ts';
import { uploadOf } from '../../functions/core/batch/batch-file.ts';
import { toLineRequest } from '../../functions/core/batch/feeding/line-messages.ts';
import { createReadLines } from '../../functions/core/batch/reading/read-lines.ts';
import { failure } from '../../functions/core/outcome/failure.ts';
import type { Outcome } from '../../functions/core/outcome/outcome.ts';
import type { ReprocessRequest } from '../../functions/core/request/reprocess-request.ts';
import type { startBatchBench } from './batch-bench.ts';

type Bench = Awaited<ReturnType<typeof startBatchBench>>;
export type LineEnd = 'queued' | 'started' | 'not_found';

/**
 * Does to a batch what the feeder, the workers and the webhook would have done by some moment.
 * @param ends what has become of its lines, in the order of its requests; those behind the last wait
 * @param isOver whether the feeder has found that all lines have ended
 */
export async function feedBatch(
  bench: Bench,
  batchId: string,
  ends: readonly LineEnd[],
  isOver = false,
): Promise<void> {
  const { limits, table, clock } = bench;
  const ledger = createLedger({ ...table, randomId: () => 'claim' });
  const batch = await bench.batches.find(batchId, limits);
  if (batch === undefined) throw new Error(`there is no batch ${batchId}`);
  const upload = uploadOf(batch);
  const readLines = createReadLines({ store: createUploadStore({ send: bench.s3.send.bind(bench.s3) }), parseCsv });
  const requests: ReprocessRequest[] = [];
  for await (const { lines } of readLines(upload, { offset: 0, line: 1 }, limits)) {
    for (const line of lines) {
      if (!('request' in line)) continue;
      const owner = { batchId, ...(batch.partner !== undefined && { partner: batch.partner }) };
      requests.push(toLineRequest(upload, line.line, line.request, clock.now(), owner));
    }
  }
  const fed = requests.slice(0, ends.length);
  await bench.lines.put(fed, limits);
  for (const [index, request] of fed.entries()) {
    const outcome = outcomeOf(ends[index] ?? 'queued', clock.now());
    if (outcome === undefined) continue;
    await ledger.record(request, outcome, limits);
    const { line = 0 } = request.upload ?? {};
    const changes = (await bench.lines.find([request.requestId], limits)).get(request.requestId)?.changes ?? 0;
    const to = outcome.kind === 'failed' ? ('failed' as const) : ('started' as const);
    await bench.lines.mark(batchId, request.requestId, { line, round: 1, changes, to }, clock.now(), limits);
  }
  const next = requests[ends.length]?.upload?.line ?? Number.MAX_SAFE_INTEGER;
  const place = { offset: 0, line: next };
  const count = (end: LineEnd) => ends.filter((each) => each === end).length;
  const tally = { started: count('started'), finished: 0, failed: count('not_found'), returned: 0 };
  const feed = { sent: next, fed: place, lines: fed.length, isFed: fed.length === requests.length };
  const changed = { ...batch, feed, tally, ...(isOver && { finishedAt: clock.now() }) };
  await createFeedLedger(table).save({ batch: changed, revision: 0, journal: [] }, limits);
}

function outcomeOf(end: LineEnd, at: number): Outcome | undefined {
  const facts = { attempts: 1, warnings: [], at };
  switch (end) {
    case 'queued':
      return undefined;
    case 'started':
      return { kind: 'succeeded', response: '{}', ...facts };
    case 'not_found':
      return { kind: 'failed', error: failure('not_found', 'there is no such image'), ...facts };
  }
}

import { batchToItem } from '../../functions/adapters/ledger/batches/batch-item.ts';
import type { Bench } from '../bench.ts';
import { partnerKeysSecret, readEvent } from '../events.ts';
import { startExecution, timed } from '../function/execution.ts';
import { batchUnderWay } from '../lookup/batch-under-way.ts';
import { coreShare, shareOfMemory } from '../machine/core-share.ts';
import type { Report } from '../report.ts';
import { percentile } from '../statistics.ts';

const SIZES = [1000, 1_000_000];
const CALLS = 200;
const WARM_UP = 50;
/** The batch, the account's pause, and what is used of its limit: once for what is left, once for whether that pauses it. */
const READS = 4;

/** `GET /v3/batches/{id}`: what it costs does not depend on the batch's size. */
export async function measureLookup({ servers, variants, runtime }: Bench): Promise<Report> {
  servers.setPartnerKeys(partnerKeysSecret(1));
  const share = coreShare(shareOfMemory(variants.batchApi.memoryMb));
  const { batchApi } = variants;
  const environment = { ...batchApi.environment, DAILY_LIMIT: '1000000000' };
  const execution = await startExecution({ ...batchApi, environment }, runtime);
  const rows: (readonly [lines: number, p50: number, p99: number, longest: number, reads: number, kb: number])[] = [];
  for (const lines of SIZES) {
    const batch = batchUnderWay(lines, Date.now());
    servers.putItem(batchToItem(batch));
    const event = readEvent(`/v3/batches/${batch.batchId}`);
    for (let call = 0; call < WARM_UP; call += 1) await execution.invoke(event);
    servers.takeCounts();
    const letGo = share.limit(execution.pid);
    const times: number[] = [];
    for (let call = 0; call < CALLS; call += 1) times.push(await timed(execution, event));
    letGo();
    const { GetItem = 0, BatchGetItem = 0, Query = 0 } = servers.takeCounts();
    const { body } = (await execution.invoke(event)) as { readonly body: string };
    const { counts } = JSON.parse(body) as { readonly counts: { readonly total: number } };
    if (counts.total !== lines) throw new Error(`the batch has ${counts.total} lines in place of ${lines}`);
    const reads = (GetItem + BatchGetItem + Query) / CALLS;
    rows.push([lines, percentile(times, 50), percentile(times, 99), Math.max(...times), reads, body.length / 1000]);
  }
  await execution.stop();
  const [, , p99 = Number.NaN, , reads = Number.NaN] = rows.at(-1) ?? [];
  return {
    title: 'A batch, read over HTTP',
    columns: ['lines', 'p50, ms', 'p99, ms', 'longest, ms', 'reads of the ledger', 'KB of the response'],
    rows,
    notes: [`${CALLS} calls of a warm function, with its own share of a core (${variants.batchApi.memoryMb} MB).`],
    goals: [
      { goal: 'a batch of 1,000,000 lines: p99, ms', value: p99, atMost: 300 },
      { goal: 'a batch of 1,000,000 lines: reads of the ledger', value: reads, atMost: READS },
    ],
  };
}

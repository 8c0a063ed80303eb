import type { Bench } from '../bench.ts';
import { batchEvent } from '../events.ts';
import { startExecution } from '../function/execution.ts';
import type { Report } from '../report.ts';
import type { Counts } from '../servers/servers.ts';

const BATCH = 10;
const BATCHES = 100;

/** Calls that leave a warm container for 1,000 requests in calm, in batches of ten images. */
export async function measureCounts({ servers, variants, runtime }: Bench): Promise<Report> {
  const measured = [variants.worker, variants.limited, variants.typical, variants.naive];
  const counts: Counts[] = [];
  for (const variant of measured) {
    const execution = await startExecution(variant, runtime);
    // The first batch reads the key and opens the connections: so slow that all ten calls are under way at once.
    servers.setEndpoint({ latencyMs: 50 });
    await execution.invoke(batchEvent(BATCH));
    servers.setEndpoint({ latencyMs: 0 });
    servers.takeCounts();
    for (let batch = 0; batch < BATCHES; batch += 1) await execution.invoke(batchEvent(BATCH));
    counts.push(servers.takeCounts());
    await execution.stop();
  }
  const names = [...new Set([...Object.keys(EXACTLY), ...counts.flatMap((each) => Object.keys(each))])];
  const goals = Object.entries(EXACTLY).map(([name, exactly]) => {
    return { goal: `${name} for 1,000 requests`, value: counts[0]?.[name] ?? 0, atMost: exactly, atLeast: exactly };
  });
  return {
    title: 'Calls for each 1,000 requests, warm',
    columns: ['call', ...measured.map(({ name }) => name)],
    rows: names.map((name) => [name, ...counts.map((each) => each[name] ?? 0)]),
    notes: ['GetItem: the account’s pause, which a container reads every five seconds, whatever it has to do.'],
    goals,
  };
}

const EXACTLY: Counts = {
  process: 1000,
  UpdateItem: 2000,
  SendMessageBatch: 100,
  GetSecretValue: 0,
  ChangeMessageVisibility: 0,
  connections: 0,
};

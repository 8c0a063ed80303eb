import { setTimeout as sleep } from 'node:timers/promises';
import { secretName } from '../../infra/names.ts';
import { type Service, startService } from '../../local/service.ts';
import { keyEntry } from '../events.ts';
import type { Report } from '../report.ts';
import { percentile } from '../statistics.ts';

const KEYS = { quiet: 'quiet-key', flooding: 'flooding-key', unknown: 'nobody-s-key' };
const FLOODS = [
  ['beside another’s flood', KEYS.flooding],
  ['beside a flood of unknown keys', KEYS.unknown],
] as const;
/** The quiet partner's calls, and how often one begins. */
const CALLS = 200;
const EVERY_MS = 50;
/** What API Gateway lets through a second, over all partners. */
const FLOOD_PER_SECOND = 50;
const LIMITS = { PARTNER_CALLS_PER_SECOND: '10', PARTNER_BURST: '100', PARTNER_KEYS_TTL_SECONDS: '50' };
/** After that the flooding partner's burst is used up. */
const FLOODED_AFTER_MS = 4000;

/** One partner's calls, alone, beside another's flood and beside one of calls with a key that nobody has. */
export async function measureFlood(): Promise<Report> {
  const service = await startService({ sandbox: { acceptAnyImage: true, dailyLimit: 1_000_000 }, variables: LIMITS });
  try {
    service.secretsManager.put(secretName('local', 'partner-keys'), partners());
    await latencies(service, 40);
    const alone = await latencies(service, CALLS);
    const rows: [name: string, ms: readonly number[]][] = [['alone', alone]];
    for (const [name, key] of FLOODS) {
      const ended = new AbortController();
      const flooding = floodWith(service, key, ended.signal);
      await sleep(FLOODED_AFTER_MS);
      rows.push([name, await latencies(service, CALLS)]);
      ended.abort();
      const { answered, refused } = await flooding;
      if (refused === 0) throw new Error(`the flood was not refused: ${answered} calls were answered`);
    }
    return {
      title: `A partner’s GET beside a flood of ${FLOOD_PER_SECOND} calls a second, in ms`,
      columns: ['', 'p50', 'p99', 'p99 over alone'],
      rows: rows.map(([name, ms]) => [
        name,
        percentile(ms, 50),
        percentile(ms, 99),
        percentile(ms, 99) / percentile(alone, 99),
      ]),
      notes: [
        `${CALLS} calls, one each ${EVERY_MS} ms. The flood’s own calls and all stand-ins share the cores with the functions here.`,
      ],
    };
  } finally {
    await service.stop(0);
  }
}

function partners(): string {
  // The quiet one stays below its limit anyway.
  return JSON.stringify({
    quiet: { ...keyEntry(KEYS.quiet), calls_per_second: 100 },
    flooding: keyEntry(KEYS.flooding),
  });
}

const get = (service: Service, key: string) =>
  fetch(`${service.addresses.api}/v3/requests?limit=1`, { headers: { 'x-api-key': key } });

/** Ms of each call from its start to its end. */
async function latencies(service: Service, calls: number): Promise<readonly number[]> {
  const all = Array.from({ length: calls }, async (_, index) => {
    await sleep(index * EVERY_MS);
    const began = performance.now();
    const response = await get(service, KEYS.quiet);
    await response.text();
    if (response.status !== 200) throw new Error(`the quiet partner was answered ${response.status}`);
    return performance.now() - began;
  });
  return Promise.all(all);
}

async function floodWith(service: Service, key: string, signal: AbortSignal) {
  const statuses: number[] = [];
  const calls: Promise<unknown>[] = [];
  while (!signal.aborted) {
    calls.push(
      get(service, key).then(async (response) => {
        await response.text();
        statuses.push(response.status);
      }),
    );
    await sleep(1000 / FLOOD_PER_SECOND);
  }
  await Promise.all(calls);
  return { answered: statuses.length, refused: statuses.filter((status) => status !== 200).length };
}

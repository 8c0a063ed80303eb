import { setTimeout as sleep } from 'node:timers/promises';
import { startTables } from '../../local/tables.ts';
import type { Bench } from '../bench.ts';
import { keyEntry, readEvent } from '../events.ts';
import { type Execution, startExecution, type Variant } from '../function/execution.ts';
import { type Pool, startPool } from '../function/pool.ts';
import type { Report } from '../report.ts';
import { percentile } from '../statistics.ts';

const LIMITS = { PARTNER_CALLS_PER_SECOND: '10', PARTNER_BURST: '20', PARTNER_KEYS_TTL_SECONDS: '50' };
const PARTNERS = {
  quiet: { ...keyEntry('quiet'), calls_per_second: 1000, burst: 1000 },
  flooding: keyEntry('flooding'),
  modest: { ...keyEntry('modest'), calls_per_second: 1000, burst: 1000 },
  stopped: { ...keyEntry('stopped'), calls_per_second: 1, burst: 1 },
};
/** What API Gateway lets through a second, over all partners. */
const FLOOD_PER_SECOND = 50;
/** The quiet partner's calls in a round, and how often one begins. */
const CALLS = 100;
const EVERY_MS = 25;
const ROUNDS = 5;
/** After that the flooding partner's burst is used up. */
const FLOODED_AFTER_MS = 1000;
const ENVIRONMENTS = 10;
const WARM_UP = 40;
const CPU_CALLS = 400;

/** Whom else the function has to answer meanwhile. */
interface Load {
  readonly name: string;
  readonly key: string;
  readonly perSecond: number;
}

const ALONE: Load = { name: 'alone', key: '', perSecond: 0 };
const ADMITTED: Load = { name: 'beside 10 calls a second of another partner', key: 'modest', perSecond: 10 };
const FLOOD: Load = {
  name: 'beside another’s flood, of which 10 are answered',
  key: 'flooding',
  perSecond: FLOOD_PER_SECOND,
};
const UNKNOWN: Load = { name: 'beside a flood of an unknown key', key: 'nobody', perSecond: FLOOD_PER_SECOND };
const LOADS = [ALONE, ADMITTED, FLOOD, UNKNOWN];

/** What one partner's calls take beside the calls of others that are refused. The function has a core of its own, as in Lambda. */
export async function measureFlood({ servers, variants, runtime }: Bench): Promise<Report> {
  const tables = await startTables();
  await tables.create(variants.tables);
  servers.setPartnerKeys(JSON.stringify(PARTNERS));
  const { api } = variants;
  const environment = { ...api.environment, ...LIMITS, AWS_ENDPOINT_URL_DYNAMODB: tables.url };
  const limited: Variant = { ...api, environment };
  const pool = await startPool(limited, runtime, ENVIRONMENTS);
  const samples = new Map(LOADS.map((load) => [load, [] as number[]]));
  for (let call = 0; call < WARM_UP; call += 1)
    await Promise.all(Array.from({ length: ENVIRONMENTS }, () => answered(pool)));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [load, taken] of samples) taken.push(...(await besideLoad(pool, load)));
  }
  await pool.stop();
  const cpu = await cpuOfCalls(limited, runtime);
  await tables.close();
  const p = (load: Load, hundredths: number) => percentile(samples.get(load) ?? [], hundredths);
  const row = (load: Load) => [
    load.name,
    p(load, 50),
    p(load, 99),
    p(load, 50) / p(ALONE, 50),
    p(load, 99) / p(ALONE, 99),
  ];
  return {
    title: `A partner’s GET beside a flood of ${FLOOD_PER_SECOND} calls a second, in ms`,
    columns: ['', 'p50', 'p99', 'p50 over alone', 'p99 over alone'],
    rows: LOADS.map(row),
    notes: [
      `${CALLS * ROUNDS} calls each, one every ${EVERY_MS} ms, in ${ROUNDS} turns. The flooding partner may make 10 calls a second. All environments of the function share one core; the callers and the stand-ins have another.`,
      `CPU of the function: ${cpu.answered.toFixed(0)} µs for a call that is answered, ${cpu.refused.toFixed(0)} µs for one beyond its partner’s limit, ${cpu.unknown.toFixed(0)} µs for one with an unknown key.`,
    ],
    goals: [
      {
        goal: 'p99 beside another’s flood over p99 beside what is answered of it',
        value: p(FLOOD, 99) / p(ADMITTED, 99),
        atMost: 1.25,
      },
      {
        goal: 'p99 beside a flood of an unknown key over p99 alone',
        value: p(UNKNOWN, 99) / p(ALONE, 99),
        atMost: 1.25,
      },
      { goal: 'CPU of a call beyond the limit over an answered one', value: cpu.refused / cpu.answered, atMost: 0.25 },
      {
        goal: 'CPU of a call with an unknown key over an answered one',
        value: cpu.unknown / cpu.answered,
        atMost: 0.25,
      },
    ],
  };
}

const callOf = (key: string) => readEvent('/v3/requests', key, { limit: '1' });

/** Ms that a call of the quiet partner takes. */
async function answered(pool: Pool): Promise<number> {
  const began = performance.now();
  const status = statusOf(await pool.ask(callOf('quiet')));
  if (status !== 200) throw new Error(`the quiet partner was answered ${status}`);
  return performance.now() - began;
}

async function besideLoad(pool: Pool, load: Load): Promise<readonly number[]> {
  const ended = new AbortController();
  const loading = keepCalling(pool, load, ended.signal);
  await sleep(FLOODED_AFTER_MS);
  const calls = Array.from({ length: CALLS }, async (_, index) => {
    await sleep(index * EVERY_MS);
    return answered(pool);
  });
  const times = await Promise.all(calls);
  ended.abort();
  const refused = await loading;
  const isFlood = load.perSecond === FLOOD_PER_SECOND;
  if (refused > 0 !== isFlood) throw new Error(`${refused} calls ${load.name} were refused`);
  return times;
}

/** @returns how many calls were refused */
async function keepCalling(pool: Pool, { key, perSecond }: Load, signal: AbortSignal): Promise<number> {
  const answers: Promise<unknown>[] = [];
  const begun = performance.now();
  while (!signal.aborted && perSecond > 0) {
    answers.push(pool.ask(callOf(key)));
    await sleep(Math.max(0, (answers.length * 1000) / perSecond - (performance.now() - begun)));
  }
  const statuses = (await Promise.all(answers)).map(statusOf);
  return statuses.filter((status) => status !== 200).length;
}

/** µs of one call of each kind. */
async function cpuOfCalls(variant: Variant, runtime: string) {
  const execution = await startExecution(variant, runtime);
  const answeredUs = await cpuUs(execution, 'quiet', 200);
  const refused = await cpuUs(execution, 'stopped', 429);
  const unknown = await cpuUs(execution, 'nobody', 401);
  await execution.stop();
  return { answered: answeredUs, refused, unknown };
}

async function cpuUs(execution: Execution, key: string, expected: number): Promise<number> {
  let others = 0;
  const call = async () => {
    if (statusOf(await execution.ask(callOf(key))) !== expected) others += 1;
  };
  for (let count = 0; count < CPU_CALLS; count += 1) await call();
  const before = execution.cpuMs();
  for (let count = 0; count < CPU_CALLS; count += 1) await call();
  // One call a second is admitted where most are refused.
  if (others > CPU_CALLS / 20)
    throw new Error(`${others} of ${2 * CPU_CALLS} calls with the key ${key} were not answered ${expected}`);
  return ((execution.cpuMs() - before) * 1000) / CPU_CALLS;
}

const statusOf = (answer: unknown): number => (answer as { readonly statusCode: number }).statusCode;

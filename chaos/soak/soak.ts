import { setTimeout as sleep } from 'node:timers/promises';
import type { OutcomeEvent } from '../../local/outcomes.ts';
import { startService } from '../../local/service.ts';
import type { SeenBatch, SeenOutcome, SoakRecord } from './account.ts';
import { createLoad } from './load.ts';
import { type Memory, watchMemory } from './memory.ts';

export interface SoakOptions {
  readonly requests: number;
  /** For how long they are handed over, and functions are killed. */
  readonly minutes: number;
  readonly onProgress: (line: string) => void;
}

export interface SoakResult {
  readonly record: SoakRecord;
  readonly kills: Readonly<Record<string, number>>;
  readonly outages: number;
  readonly calls: number;
  readonly memory: Memory;
  readonly seconds: number;
}

const KILL_EVERY_MS = 3000;
const VICTIMS = [
  'Worker',
  'BatchFeeder',
  'UploadTrigger',
  'ApiHandler',
  'BatchApi',
  'WebhookFunction',
  'CompletionSweep',
];
/** The endpoint takes no connection for a while. */
const OUTAGE_EVERY_MS = 45_000;
const OUTAGE_MS = 3000;
/** One call in ten. */
const FAULTS = [
  { kind: 'status', status: 500, share: 0.03 },
  { kind: 'status', status: 503, share: 0.03 },
  { kind: 'reset', share: 0.01 },
  { kind: 'reset', acts: true, share: 0.01 },
  { kind: 'malformed', share: 0.02 },
] as const;
/** A killed worker's messages are hidden for six minutes, and may be hit twice. */
const SETTLE_MS = 15 * 60_000;

/** The service of this machine over real protocols, under load and faults, with its functions killed at work. */
export async function runSoak({ requests, minutes, onProgress }: SoakOptions): Promise<SoakResult> {
  const began = Date.now();
  const service = await startService({
    finishesImages: true,
    sandbox: { acceptAnyImage: true, processingMs: 500, dailyLimit: 10_000_000 },
    schedulesEveryMs: 5000,
    variables: { DAILY_LIMIT: 'none', FIRST_LOOK_SECONDS: '10', LOOKS_SECONDS: '10 30 90' },
  });
  const { sandbox } = service;
  if (sandbox === undefined) throw new Error('a soak runs against the sandbox');
  const load = createLoad(service);
  const memory = watchMemory();
  const outcomes: SeenOutcome[] = [];
  const finishedBatches: SeenBatch[] = [];
  const stopped = new AbortController();
  const reading = (async () => {
    for await (const event of service.outcomes(stopped.signal)) note(event, outcomes, finishedBatches);
  })();
  const kills: Record<string, number> = {};
  let outages = 0;
  const fail = () => {
    for (const fault of FAULTS) sandbox.fail(fault);
  };
  const killing = setInterval(() => {
    const victim = VICTIMS[Math.floor(Math.random() * VICTIMS.length)] ?? '';
    if (service.functionNamed(victim).kill()) kills[victim] = (kills[victim] ?? 0) + 1;
  }, KILL_EVERY_MS);
  const cutting = setInterval(() => {
    outages += 1;
    sandbox.heal();
    sandbox.fail({ kind: 'reset' });
    setTimeout(() => {
      sandbox.heal();
      fail();
    }, OUTAGE_MS);
  }, OUTAGE_EVERY_MS);
  const reporting = setInterval(() => {
    onProgress(`${load.sent.length} sent, ${new Set(outcomes.map(({ n }) => n)).size} with an outcome`);
  }, 30_000);
  try {
    fail();
    await load.run(requests, minutes * 60_000);
    clearInterval(killing);
    clearInterval(cutting);
    await sleep(OUTAGE_MS);
    sandbox.heal();
    const isDone = () =>
      new Set(outcomes.map(({ n }) => n)).size >= requests &&
      load.batches.every((id) => finishedBatches.some(({ batchId }) => batchId === id));
    for (const until = Date.now() + SETTLE_MS; !isDone() && Date.now() < until; ) await sleep(1000);
    // What comes twice comes late.
    await sleep(5000);
    const calls = sandbox.calls().filter(({ method }) => method === 'POST');
    const carriedOut = calls
      .filter(({ acted }) => acted)
      .toSorted((one, other) => (one.actOrder ?? 0) - (other.actOrder ?? 0))
      .map(({ body, imageId, fault }) => ({ n: numberIn(body), imageId: imageId ?? '', isLost: fault === 'reset' }));
    const { sent, batches } = load;
    const record = { sent, outcomes, carriedOut, batches, finishedBatches, workerKills: kills.Worker ?? 0 };
    const seconds = Math.round((Date.now() - began) / 1000);
    return { record, kills, outages, calls: calls.length, memory: memory.end(), seconds };
  } finally {
    for (const timer of [killing, cutting, reporting]) clearInterval(timer);
    stopped.abort();
    await reading;
    memory.end();
    load.close();
    await service.stop(0);
  }
}

function note(event: OutcomeEvent, outcomes: SeenOutcome[], finished: SeenBatch[]): void {
  const data = event.data as unknown as {
    readonly request?: { readonly preferences: { readonly n: number } };
    readonly batch_id: string;
    readonly counts: { readonly total: number; readonly finished: number };
  };
  if (event.type === 'batch.finished') finished.push({ batchId: data.batch_id, ...data.counts });
  if (!event.type.startsWith('reprocess.') || data.request === undefined) return;
  outcomes.push({ id: event.id, n: data.request.preferences.n, hasFailed: event.type === 'reprocess.failed' });
}

const numberIn = (body: string) => (JSON.parse(body) as { readonly n: number }).n;

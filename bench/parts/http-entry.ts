import { setTimeout as sleep } from 'node:timers/promises';
import { type Service, startService } from '../../local/service.ts';
import type { Report } from '../report.ts';
import { percentile } from '../statistics.ts';

const LATENCY_MS = 100;
const WARM_UP = 30;
const CALLS = 100;

/** Epoch ms. */
interface Passage {
  readonly posted: number;
  readonly called: number;
  readonly ended: number;
  readonly answered: number;
}

const STAGES: readonly (readonly [name: string, ms: (passage: Passage) => number])[] = [
  ['POST until the endpoint is called: accepted, queued, received, claimed', ({ posted, called }) => called - posted],
  ['the endpoint, and its response read', ({ called, ended }) => ended - called],
  ['answer until 200: recorded, seen in the ledger, answered', ({ ended, answered }) => answered - ended],
  ['all of it beyond the endpoint’s latency', ({ posted, answered }) => answered - posted - LATENCY_MS],
];

/** A partner's POST through the whole local service, one at a time, until its 200. */
export async function measureHttpEntry(): Promise<Report> {
  const service = await startService({ sandbox: { acceptAnyImage: true, dailyLimit: 1_000_000 } });
  try {
    service.sandbox?.fail({ kind: 'delay', delayMs: LATENCY_MS });
    const ended = new Map<string, number>();
    service.watchOutcomes(({ subject, time }) => ended.set(subject, Date.parse(time)));
    const passages: Passage[] = [];
    for (let call = 0; call < WARM_UP + CALLS; call += 1) {
      const passage = await pass(service, `http-${call}`, ended);
      if (call >= WARM_UP) passages.push(passage);
    }
    const rows = STAGES.map(([name, ms]) => [name, ...[50, 95].map((p) => percentile(passages.map(ms), p))]);
    return {
      title: `HTTP entry point: POST to 200, endpoint ${LATENCY_MS} ms, in ms`,
      columns: ['stage', 'p50', 'p95'],
      rows,
      notes: [`${CALLS} calls, one after the other. The stand-ins for AWS share the cores with the functions here.`],
      goals: [{ goal: 'p50 beyond the latency, ms', value: Number(rows.at(-1)?.[1]), atMost: 60 }],
    };
  } finally {
    await service.stop(0);
  }
}

async function pass(service: Service, imageId: string, endedAt: ReadonlyMap<string, number>): Promise<Passage> {
  const posted = Date.now();
  const response = await fetch(`${service.addresses.api}/v3/images/${imageId}/process`, {
    method: 'POST',
    headers: { 'x-api-key': service.partner.key, 'content-type': 'application/json' },
    body: '{"ai_version":"4.x","enhance_type":"neutral"}',
  });
  await response.text();
  const answered = Date.now();
  if (response.status !== 200) throw new Error(`the entry point answered ${response.status} in place of 200`);
  // The outcome is published beside the response, and the worker has to be back before the next call comes.
  while (!endedAt.has(imageId)) await sleep(10);
  await sleep(20);
  const called = service.sandbox?.calls().find((call) => call.imageId === imageId)?.receivedAt ?? Number.NaN;
  service.sandbox?.clearCalls();
  return { posted, called, ended: endedAt.get(imageId) ?? Number.NaN, answered };
}

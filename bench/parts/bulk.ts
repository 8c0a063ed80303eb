import { setTimeout as sleep } from 'node:timers/promises';
import { type BulkStage, CALLS_PER_SECOND, callsFor, imagesOf, keyOf, startBulkStage } from '../bulk/stage.ts';
import type { Report } from '../report.ts';
import { percentile } from '../statistics.ts';

const LINES = 100_000;
const PARTNER = 'partner';
/** Single calls over HTTP, and how often one begins. */
const SINGLES = 120;
const EVERY_MS = 500;
/** The queue is at its depth by then. */
const RUNNING_AFTER_MS = 15_000;
/** How long single requests come faster than they can be carried out, and how long it takes until they fill the queue. */
const CROWDED_MS = 30_000;
const FILLED_AFTER_MS = 15_000;
const TIMES_TOO_MANY = 2;

/** Single requests beside a large batch, and the batch beside more single requests than can be carried out. */
export async function measureBulk(): Promise<Report> {
  const stage = await startBulkStage([PARTNER]);
  try {
    await waits(stage, 'warm', 20);
    const alone = await waits(stage, 'alone', 40);
    await stage.sendBatch(PARTNER, 'bulk.csv', imagesOf('bulk', LINES));
    await sleep(RUNNING_AFTER_MS);
    const from = Date.now();
    const beside = await waits(stage, 'single', SINGLES);
    const rate = ratePerSecond(stage, from);
    const share = await shareBesideCrowd(stage);
    const row = (name: string, seconds: readonly number[]) => [
      name,
      percentile(seconds, 50),
      percentile(seconds, 99),
      Math.max(...seconds),
    ];
    return {
      title: `Single requests beside a batch of ${LINES.toLocaleString('en')} lines: POST to 200, in seconds`,
      columns: ['', 'p50', 'p99', 'longest'],
      rows: [row('alone', alone), row('beside the batch', beside)],
      notes: [
        `${SINGLES} calls, one every ${EVERY_MS} ms, while the batch ran at ${rate.toFixed(0)} calls a second: the local service on this machine does not do the 100 a second of a deployed one by default, so that its rate and its queue’s depth (5 s of calls) are both smaller. A wait is the depth over the rate, and the same.`,
        `Then single requests came ${TIMES_TOO_MANY} times as fast as all calls can be made, ${(CALLS_PER_SECOND * TIMES_TOO_MANY).toFixed(0)} a second.`,
      ],
      goals: [
        { goal: 'single requests beside the batch: p99, s', value: percentile(beside, 99), atMost: 6 },
        { goal: 'share of calls that lines get beside too many single requests', value: share, atLeast: 0.1 },
      ],
    };
  } finally {
    await stage.stop();
  }
}

/** Seconds that each of some calls waits for its 200. */
function waits({ service }: BulkStage, name: string, count: number): Promise<readonly number[]> {
  const calls = imagesOf(name, count).map(async (image, index) => {
    await sleep(index * EVERY_MS);
    const began = performance.now();
    const response = await fetch(`${service.addresses.api}/v3/images/${image}/process`, {
      method: 'POST',
      headers: { 'x-api-key': keyOf(PARTNER), 'content-type': 'application/json', prefer: 'wait=20' },
      body: '{"enhance_type":"neutral"}',
    });
    await response.text();
    if (response.status !== 200) throw new Error(`a single request was answered ${response.status} in place of 200`);
    return (performance.now() - began) / 1000;
  });
  return Promise.all(calls);
}

function ratePerSecond(stage: BulkStage, from: number): number {
  const calls = stage.calls().filter(({ at }) => at >= from);
  return (calls.length * 1000) / (Date.now() - from);
}

/** The part of all calls that are the batch's, once single requests fill the queue. */
async function shareBesideCrowd(stage: BulkStage): Promise<number> {
  const begun = Date.now();
  const perSecond = CALLS_PER_SECOND * TIMES_TOO_MANY;
  for (let second = 0; Date.now() < begun + FILLED_AFTER_MS + CROWDED_MS; second += 1) {
    await stage.queue(imagesOf(`crowd-${second}`, perSecond));
    await sleep(Math.max(0, begun + (second + 1) * 1000 - Date.now()));
  }
  const calls = stage.calls().filter(({ at }) => at >= begun + FILLED_AFTER_MS);
  return callsFor('bulk', calls).length / calls.length;
}

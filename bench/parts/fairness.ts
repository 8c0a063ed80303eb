import { setTimeout as sleep } from 'node:timers/promises';
import { callsFor, imagesOf, type ProcessCall, startBulkStage } from '../bulk/stage.ts';
import type { Report } from '../report.ts';
import { jainIndex } from '../statistics.ts';

const PARTNERS = Array.from({ length: 20 }, (_, index) => `partner-${index}`);
const [LARGE = '', ...SMALL] = PARTNERS;
/** Of each of the others. */
const LINES = 100;
/** 95 % of all lines. */
const LARGE_LINES = 19 * LINES * SMALL.length;
/** Two turns of ten lines. Before that, who has had one more turn than others has twice as much. */
const BEGUN = 20;
const LOOK_MS = 500;
/** All are checked by then. */
const CHECKED_AFTER_MS = 5000;
const LONGEST_MS = 120_000;

/** Batches of twenty partners, of whom one has 95 % of all lines, beside the same with a large one that is as small as the others. */
export async function measureFairness(): Promise<Report> {
  const large = await run(LARGE_LINES);
  const equal = await run(LINES);
  const index = fairness(large.calls);
  return {
    title: `${PARTNERS.length} partners with a batch each`,
    columns: [
      'the first one’s lines',
      `of all, %`,
      `seconds until the other ${SMALL.length} were sent`,
      'Jain’s index meanwhile, at least',
    ],
    rows: [
      [LARGE_LINES, 95, large.seconds, index],
      [LINES, 100 / PARTNERS.length, equal.seconds, fairness(equal.calls)],
    ],
    notes: [
      `${LINES} lines of each other partner. Jain’s index of the calls that were made for each, from when each had two turns (${BEGUN} lines) until the first had all of its own: 1 when all have equally many.`,
    ],
    goals: [
      { goal: 'Jain’s index beside one with 95 % of all lines', value: index, atLeast: 0.95 },
      {
        goal: 'time of the other 19 over that beside one of their size',
        value: large.seconds / equal.seconds,
        atMost: 1.1,
      },
    ],
  };
}

/** Until the small ones are done. */
async function run(largeLines: number) {
  const stage = await startBulkStage(PARTNERS);
  try {
    // All begin at once, and the large one was there first.
    await stage.pause();
    await stage.sendBatch(LARGE, 'large.csv', imagesOf(LARGE, largeLines));
    for (const name of SMALL) await stage.sendBatch(name, `${name}.csv`, imagesOf(name, LINES));
    await sleep(CHECKED_AFTER_MS);
    await stage.resume();
    const until = Date.now() + LONGEST_MS;
    const isDone = () => SMALL.every((name) => callsFor(name, stage.calls()).length >= LINES);
    while (!isDone()) {
      if (Date.now() > until) throw new Error('the small batches were not sent in time');
      await sleep(LOOK_MS);
    }
    const calls = stage.calls();
    const small = calls.filter(({ imageId }) => !imageId.startsWith(`${LARGE}-`));
    const [first, last] = [small[0]?.at ?? 0, small.at(-1)?.at ?? 0];
    return { calls, seconds: (last - first) / 1000 };
  } finally {
    await stage.stop();
  }
}

/** The smallest of the indexes after each call, while all partners have lines left and each has had two turns. */
function fairness(calls: readonly ProcessCall[]): number {
  const made = new Map(PARTNERS.map((name) => [name, 0]));
  let least = 1;
  for (const { imageId } of calls) {
    const name = imageId.replace(/-\d+$/, '');
    made.set(name, (made.get(name) ?? 0) + 1);
    const counts = [...made.values()];
    if (Math.max(...SMALL.map((small) => made.get(small) ?? 0)) >= LINES) break;
    if (Math.min(...counts) >= BEGUN) least = Math.min(least, jainIndex(counts));
  }
  return least;
}

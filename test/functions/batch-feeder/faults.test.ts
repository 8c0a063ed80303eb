import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Batch, countsOf } from '../../../functions/core/batch/batch.ts';
import { standingClock } from '../../support/fixtures.ts';
import {
  type Command,
  type LineEnd,
  startUploadBench,
  type TriggerOptions,
  type UploadEvent,
} from '../../support/upload-bench.ts';

let bench: Awaited<ReturnType<typeof startUploadBench>>;
beforeAll(async () => {
  bench = await startUploadBench();
});
afterEach(() => bench.forgetBatches());
afterAll(() => bench.stop());

const MINUTE = 60_000;
const LINES = 14;
/** Every fifth line is none. */
const isBad = (line: number) => line % 5 === 4;
const numbers = (bad: boolean) => Array.from({ length: LINES }, (_, n) => n + 1).filter((line) => isBad(line) === bad);
const [GOOD, BAD] = [numbers(false), numbers(true)];

/** Of two images, whose lines alternate: of images of its own, so that no other file has newer requests of them. */
function fileOf(story: string): string {
  const rows = Array.from({ length: LINES }, (_, n) => {
    if (isBad(n + 1)) return `bad ${n + 1}`;
    return JSON.stringify({ image_id: `${story}-${n % 2}`, preferences: { rating: n % 6 } });
  });
  return rows.join('\n');
}

/** A story takes 130 calls and a second or two; a few of them, others for
 * each fault, strike each kind of call. The simulator strikes any. */
const STRIDE = 33;

type Fault = (make: () => Promise<unknown>) => Promise<unknown>;

const dead = Symbol('dead');
const faults: Record<string, Fault | typeof dead> = {
  'is refused': async () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { $metadata: {} });
  },
  'is carried out, and its response is lost': async (make) => {
    await make();
    throw Object.assign(new Error('socket hang up'), { $metadata: {} });
  },
  'kills the function': dead,
};

interface Story {
  readonly calls: number;
  /** Every message that the queue took, in its order. */
  readonly messages: readonly Record<string, unknown>[];
  readonly batch: Batch;
}

/**
 * Has a file registered and its batch brought to its end, as Lambda and the schedule do it: one call is struck. The first
 * request of a line fails for the daily limit now and then, and the next one does not.
 * @param struck the number of the call, from 0
 */
async function live(event: UploadEvent, struck: number, fault: Fault | typeof dead): Promise<Story> {
  const clock = standingClock();
  let calls = 0;
  let isStruck = false;
  const standOf = (die: () => void): TriggerOptions => {
    let isDead = false;
    const before = async (command: Command, send: (command: Command) => Promise<unknown>) => {
      if (isDead) return new Promise(() => {});
      calls += 1;
      if (calls - 1 !== struck || isStruck) return send(command);
      isStruck = true;
      if (fault !== dead) return fault(() => send(command));
      isDead = true;
      die();
      return new Promise(() => {});
    };
    return { clock, bulkDepth: 6, sqs: before, s3: before, dynamo: before, events: before };
  };
  /** Until it has ended, or a minute after it has not. */
  const invoke = async (run: (trigger: ReturnType<typeof bench.startTrigger>) => Promise<void>): Promise<boolean> => {
    const { promise: death, resolve: die } = Promise.withResolvers<void>();
    const ended = run(bench.startTrigger(standOf(die))).then(
      () => true,
      () => false,
    );
    const isDone = await Promise.race([ended, death.then(() => false)]);
    clock.set(clock.now() + 2 * MINUTE);
    return isDone;
  };

  const seen = new Map<string, number>();
  const endOf = (imageId: string): LineEnd => {
    const times = (seen.get(imageId) ?? 0) + 1;
    seen.set(imageId, times);
    return times % 4 === 2 && imageId.endsWith('-0') ? 'over_limit' : 'finished';
  };
  while (!(await invoke((trigger) => trigger.register(event))));
  const messages: Record<string, unknown>[] = [];
  for (let minutes = 0; minutes < 40; minutes += 1) {
    await invoke((trigger) => trigger.feed());
    messages.push(...(await bench.work(endOf, clock)));
    const batch = await bench.batchOf(event);
    if (batch.finishedAt !== undefined && (await bench.item(`batch:${batch.batchId}`))?.work === undefined) {
      return { calls, messages, batch };
    }
  }
  throw new Error(`the batch did not end: ${JSON.stringify(countsOf(await bench.batchOf(event)))}`);
}

const linesOf = (messages: readonly Record<string, unknown>[]) => messages.map(({ line }) => line as number);

async function expectWhole(event: UploadEvent, { messages, batch }: Story): Promise<void> {
  const ids = messages.map(({ request_id: id }) => id);
  expect(new Set(ids).size, 'no request was sent under two ids').toBe(ids.length);
  const first = messages.filter(({ round }) => round === 1);
  expect(linesOf(first).toSorted((a, b) => a - b)).toEqual(GOOD);
  for (const ofImage of Object.values(Object.groupBy(first, ({ image_id }) => String(image_id)))) {
    expect(linesOf(ofImage ?? [])).toEqual(linesOf(ofImage ?? []).toSorted((a, b) => a - b));
  }
  const { finished, failed, ...rest } = countsOf(batch);
  const none = { waiting: 0, queued: 0, started: 0, cancelled: 0 };
  expect(rest).toEqual({ total: LINES, rejected: BAD.length, ...none });
  const text = await bench.text(`reports/${batch.file.key}/${batch.file.version}-results.ndjson`);
  const states = text
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row).state as string);
  expect(states.filter((state) => state === 'finished')).toHaveLength(finished);
  expect(states.filter((state) => state === 'failed')).toHaveLength(failed);
  const events = await bench.events();
  expect(events.filter(({ type }) => type === 'batch.finished')).toHaveLength(1);
  const refused = events.filter(({ type }) => type === 'reprocess.failed');
  const refusedLines = refused.map(({ data }) => (data as { request: { line: number } }).request.line);
  expect(refusedLines.toSorted((a, b) => a - b)).toEqual(BAD);
  expect(await bench.report(event)).toMatchObject({ lines: LINES, accepted: GOOD.length, rejected: BAD.length });
}

describe.each(Object.entries(faults))('where one call %s', (name, fault) => {
  it('every line is sent once, in its image’s order, and counted right, and the batch ends once', async () => {
    const first = Object.keys(faults).indexOf(name) * 11;
    for (let struck = first, calls = first + 1; struck < calls; struck += STRIDE) {
      const event = await bench.put(`requests/${name} ${struck}.ndjson`, fileOf(`${first}-${struck}`));
      const story = await live(event, struck, fault);
      await expectWhole(event, story);
      calls = story.calls;
      await bench.forgetBatches();
    }
  });
});

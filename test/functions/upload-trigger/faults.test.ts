import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NOON, standingClock } from '../../support/fixtures.ts';
import {
  type Command,
  isBatch,
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

const CLOSING_MS = 30_000;
const RETRY_MS = [60_000, 120_000];
/** Two images, whose lines alternate, and every seventh line is none. */
const LINES = Array.from({ length: 60 }, (_, n) =>
  n % 7 === 3 ? `bad ${n + 1}` : JSON.stringify({ image_id: `image-${n % 2}`, preferences: { n: n + 1 } }),
);
const GOOD = LINES.flatMap((line, index) => (line.startsWith('bad') ? [] : [index + 1]));
const BAD = LINES.flatMap((line, index) => (line.startsWith('bad') ? [index + 1] : []));

type Call = () => Promise<unknown>;
/** What becomes of one call: it is made or not, and answered or not. */
type Fault = (make: Call) => Promise<unknown>;

const dead = Symbol('dead');
const faults: Record<string, Fault | typeof dead> = {
  'is refused': async () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { $metadata: {} });
  },
  'is carried out, and its response is lost': async (make) => {
    await make();
    throw Object.assign(new Error('socket hang up'), { $metadata: {} });
  },
  'kills the run': dead,
};

interface Story {
  readonly calls: readonly string[];
  readonly runs: number;
}

/**
 * Reads a file as Lambda and EventBridge would have it read, a call of the first run being struck. Each batch takes a second
 * of the clock, and a run has the time for a few.
 * @param struck the number of the call, from 0
 */
async function live(event: UploadEvent, struck: number, fault?: Fault | typeof dead): Promise<Story> {
  const clock = standingClock(NOON);
  const calls: string[] = [];
  const { promise: death, resolve: die } = Promise.withResolvers<'died'>();
  let isDead = false;
  const before = (command: Command, send: (command: Command) => Promise<unknown>) => {
    if (isDead) return new Promise(() => {});
    if (isBatch(command)) clock.set(clock.now() + 1000);
    calls.push(command.constructor.name);
    if (calls.length - 1 !== struck || fault === undefined) return send(command);
    if (fault !== dead) return fault(() => send(command));
    isDead = true;
    die('died');
    return new Promise(() => {});
  };
  const stand: TriggerOptions = { clock, sqs: before, s3: before, dynamo: before, events: before };

  let runs = 0;
  const waiting = [event];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const pause of [...RETRY_MS, undefined]) {
      const trigger = bench.startTrigger(stand);
      runs += 1;
      const ended = trigger.run(next, CLOSING_MS + 8000).then(
        () => 'done',
        () => 'failed',
      );
      const end = await Promise.race([ended, death]);
      waiting.push(...trigger.asked);
      if (end === 'done') break;
      if (pause === undefined) throw new Error('the event was failed three times, and set aside');
      clock.set(clock.now() + pause);
      if (end === 'died') return { ...(await live(event, -1)), calls };
    }
  }
  return { calls, runs };
}

/** How many calls a file takes that nothing happens to. */
async function countCalls(): Promise<number> {
  const event = await bench.put('requests/undisturbed.ndjson', LINES.join('\n'));
  const { calls, runs } = await live(event, -1);
  await expectWhole(event);
  expect(runs).toBeGreaterThan(1);
  expect(new Set(calls)).toEqual(
    new Set([
      ...['UpdateItemCommand', 'GetObjectCommand', 'GetQueueAttributesCommand', 'SendMessageBatchCommand'],
      ...['PutEventsCommand', PutObjectCommand.name],
    ]),
  );
  return calls.length;
}

async function expectWhole(event: UploadEvent): Promise<void> {
  const requests = await bench.requests();
  for (const image of ['image-0', 'image-1']) {
    const lines = requests.filter(({ image_id }) => image_id === image).map(({ line }) => line as number);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  }
  expect(requests.map(({ line }) => line as number).toSorted((a, b) => a - b)).toEqual(GOOD);
  const refused = (await bench.events()).map(({ data }) => (data as { request: { line: number } }).request.line);
  expect(refused.toSorted((a, b) => a - b)).toEqual(BAD);
  const report = await bench.report(event);
  expect(report).toMatchObject({ lines: 60, accepted: GOOD.length, rejected: BAD.length, problems: [] });
  expect(report.rejections.map(({ line }) => line)).toEqual(BAD);
  const list = (await bench.text(report.rejections_file ?? '')).trim().split('\n');
  expect(list.map((each) => JSON.parse(each).line)).toEqual(BAD);
}

describe.each(Object.entries(faults))('where any one call %s', (name, fault) => {
  it('every line is accounted for once, in its image’s order, in one report', async () => {
    const count = await countCalls();
    for (let struck = 0; struck < count; struck += 1) {
      const event = await bench.put(`requests/${name} ${struck}.ndjson`, LINES.join('\n'));
      const { calls } = await live(event, struck, fault);
      expect(calls.length, `call ${struck} was made`).toBeGreaterThan(struck);
      await expectWhole(event);
    }
  });
});

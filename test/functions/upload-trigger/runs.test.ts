import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../functions/adapters/system-clock.ts';
import { fileIdOf } from '../../../functions/core/batch/upload.ts';
import { NOON, standingClock } from '../../support/fixtures.ts';
import {
  BUCKET,
  isBatch,
  startUploadBench,
  type TriggerOptions,
  type UploadEvent,
} from '../../support/upload-bench.ts';

let bench: Awaited<ReturnType<typeof startUploadBench>>;
beforeAll(async () => {
  bench = await startUploadBench();
});
afterEach(async () => {
  await bench.requests();
  await bench.events();
});
afterAll(() => bench.stop());

const CLOSING_MS = 30_000;
const line = (n: number) => JSON.stringify({ image_id: `image-${n}`, preferences: { n } });
const manyLines = (count: number) => Array.from({ length: count }, (_, n) => line(n + 1)).join('\n');
const linesOf = (requests: readonly Record<string, unknown>[]) => requests.map((request) => request.line as number);
const idOf = ({ detail: { object } }: UploadEvent) =>
  fileIdOf({ bucket: BUCKET, key: object.key, version: object['version-id'] });

/** Each batch takes a second of the clock. */
function slowQueue(clock = standingClock()) {
  const sqs: NonNullable<TriggerOptions['sqs']> = (command, send) => {
    if (isBatch(command)) clock.set(clock.now() + 1000);
    return send(command);
  };
  return { clock, sqs };
}

/** Runs until none asks for a next one. */
async function runAll(event: UploadEvent, remainingMs: number, options: TriggerOptions): Promise<number> {
  let next: UploadEvent | undefined = event;
  let runs = 0;
  while (next !== undefined) {
    const trigger = bench.startTrigger(options);
    await trigger.run(next, remainingMs);
    runs += 1;
    next = trigger.asked[0];
  }
  return runs;
}

describe('a file that takes longer than a run', () => {
  it('goes on over fifty runs and more, each line once and in its order, with one report', async () => {
    const event = await bench.put('requests/fifty.ndjson', manyLines(6000));
    const runs = await runAll(event, CLOSING_MS + 5000, slowQueue());
    expect(runs).toBeGreaterThanOrEqual(50);
    expect(linesOf(await bench.requests())).toEqual(Array.from({ length: 6000 }, (_, n) => n + 1));
    expect(await bench.report(event)).toMatchObject({ lines: 6000, accepted: 6000, rejected: 0, runs });
  });

  it('keeps a CSV file’s header, line numbers and counts from run to run, and all its rejections', async () => {
    const rows = Array.from({ length: 600 }, (_, n) =>
      n % 7 === 0 ? `image-${n},"two\nlines",9` : `image-${n},name,3`,
    );
    const event = await bench.put('requests/runs.csv', `\ufeffimage_id,image_name,rating\r\n${rows.join('\r\n')}`);
    const runs = await runAll(event, CLOSING_MS + 3000, slowQueue());
    const requests = await bench.requests();
    const report = await bench.report(event);
    expect(runs).toBeGreaterThan(4);
    expect(report).toMatchObject({ lines: 600, accepted: requests.length, rejected: Math.ceil(600 / 7), runs });
    expect(report.rejections).toHaveLength(report.rejected);
    expect(await bench.events()).toHaveLength(report.rejected);
    const text = `image_id,image_name,rating\r\n${rows.join('\r\n')}`.split('\n');
    for (const request of requests) expect(text[Number(request.line) - 1]).toContain(`${request.image_id},`);
    for (const { line: at, image_id } of report.rejections) expect(text[at - 1]).toContain(`${image_id},`);
  });

  it('goes on in a JSON file as well', async () => {
    const event = await bench.put(
      'requests/runs.json',
      `[${Array.from({ length: 500 }, (_, n) => line(n + 1)).join(',')}]`,
    );
    expect(await runAll(event, CLOSING_MS + 3000, slowQueue())).toBeGreaterThan(3);
    expect(linesOf(await bench.requests())).toEqual(Array.from({ length: 500 }, (_, n) => n + 1));
  });

  it('leaves its report to a run of its own when that would not fit', async () => {
    const event = await bench.put('requests/late.ndjson', `${manyLines(5)}\nbad`);
    expect(await runAll(event, CLOSING_MS + 60_000, {})).toBe(2);
    expect(await bench.report(event)).toMatchObject({ accepted: 5, rejected: 1, runs: 2 });
  });

  it('fails where the next run cannot be asked for, and is taken up by the repetition', async () => {
    const event = await bench.put('requests/bus.ndjson', manyLines(300));
    const options = slowQueue();
    const trigger = bench.startTrigger(options);
    trigger.asked.push = () => {
      throw new Error('the bus is away');
    };
    await expect(trigger.run(event, CLOSING_MS + 3000)).rejects.toMatchObject({ dependency: 'event bus' });
    await runAll(event, 900_000, options);
    expect(await bench.report(event)).toMatchObject({ accepted: 300 });
  });
});

describe('twice is once', () => {
  it('a version that was read is not read again', async () => {
    const event = await bench.put('requests/twice.ndjson', manyLines(3));
    await bench.startTrigger().run(event);
    await bench.requests();
    const again = bench.startTrigger();
    await again.run(event);
    expect(await bench.requests()).toEqual([]);
    expect(again.lines).toEqual([expect.objectContaining({ why: 'this version was read before' })]);
  });

  it('another version of the same key is another file', async () => {
    for (let version = 0; version < 2; version += 1) {
      await bench.startTrigger().run(await bench.put('requests/versions.ndjson', manyLines(2)));
    }
    expect(linesOf(await bench.requests()).toSorted()).toEqual([1, 1, 2, 2]);
  });

  it('of two runs of one file one waits, sees that the other is alive, and leaves it the file', async () => {
    const event = await bench.put('requests/race.ndjson', manyLines(200));
    const clock = standingClock();
    let second: Promise<void> | undefined;
    const other = bench.startTrigger({ clock: { ...clock, sleep: async () => clock.set(NOON + 61_000) } });
    const first = bench.startTrigger({
      clock,
      async sqs(command, send) {
        if (isBatch(command)) {
          second ??= other.run(event);
          clock.set(clock.now() + 10_000);
        }
        return send(command);
      },
    });
    await first.run(event);
    await second;
    expect(other.lines.map(({ why }) => why)).toEqual([expect.stringMatching(/another run is at it|read before/)]);
    expect(linesOf(await bench.requests())).toHaveLength(200);
    expect(await bench.report(event)).toMatchObject({ accepted: 200, runs: 1 });
  });

  it('a run that died is followed by one that goes on from its last note, and what is sent again is one message', async () => {
    const event = await bench.put('requests/crash.ndjson', manyLines(3000));
    const clock = standingClock();
    let batches = 0;
    const dying = bench.startTrigger({
      clock,
      sqs(command, send) {
        if (!isBatch(command)) return send(command);
        batches += 1;
        clock.set(clock.now() + 200);
        // The container is gone: nothing comes back any more.
        return batches > 150 ? new Promise(() => {}) : send(command);
      },
    });
    void dying.run(event);
    while (batches <= 150) await new Promise((resolve) => setTimeout(resolve, 5));
    const noted = JSON.parse((await bench.item(idOf(event)))?.progress?.S ?? '{}');
    expect(noted.line).toBeGreaterThan(1);
    const next = bench.startTrigger({ clock: standingClock(clock.now() + 1000) });
    await next.run(event);
    expect(linesOf(await bench.requests())).toEqual(Array.from({ length: 3000 }, (_, n) => n + 1));
    expect(await bench.report(event)).toMatchObject({ accepted: 3000, runs: 2 });
  });

  it('a run that wakes up after another has taken its file over sends nothing more', async () => {
    const event = await bench.put('requests/frozen.ndjson', manyLines(3000));
    const clock = standingClock();
    let sent = 0;
    const frozen = bench.startTrigger({
      clock,
      async sqs(command, send) {
        if (isBatch(command)) sent += 1;
        if (sent === 20 && isBatch(command)) {
          clock.set(clock.now() + 120_000);
          await bench.startTrigger({ clock: standingClock(clock.now()) }).run(event);
        }
        return send(command);
      },
    });
    await frozen.run(event);
    expect(frozen.logged('the file is left to another run, which has taken it over')).toHaveLength(1);
    expect(sent).toBeLessThan(40);
    expect(new Set(linesOf(await bench.requests())).size).toBe(3000);
    expect(await bench.report(event)).toMatchObject({ accepted: 3000 });
  });
});

describe('the queue', () => {
  it('is fed to the stage’s depth, and further when it has been emptied', async () => {
    const event = await bench.put('requests/deep.ndjson', manyLines(900));
    const clock = standingClock();
    const depths: number[] = [];
    const taken: Record<string, unknown>[] = [];
    const sleep = async (ms: number) => {
      depths.push(await bench.depth());
      taken.push(...(await bench.requests()));
      clock.set(clock.now() + ms);
    };
    await bench.startTrigger({ clock: { ...clock, sleep }, bulkDepth: 200 }).run(event);
    expect(Math.max(...depths)).toBeLessThanOrEqual(210);
    expect(depths.length).toBeGreaterThanOrEqual(4);
    expect(linesOf([...taken, ...(await bench.requests())])).toEqual(Array.from({ length: 900 }, (_, n) => n + 1));
  });

  it('that is too deep for the whole of a run makes the file wait for the next', async () => {
    await bench.startTrigger().run(await bench.put('requests/fill.ndjson', manyLines(50)));
    const event = await bench.put('requests/wait.ndjson', manyLines(5));
    const trigger = bench.startTrigger({ bulkDepth: 10 });
    await trigger.run(event);
    expect(trigger.asked).toHaveLength(1);
    expect(await bench.depth()).toBe(50);
  });

  it('that refuses entries gets them again, before what follows of their image', async () => {
    const images = Array.from({ length: 400 }, (_, n) => JSON.stringify({ image_id: `i${n % 9}`, preferences: { n } }));
    const event = await bench.put('requests/refused.ndjson', images.join('\n'));
    let count = 0;
    const trigger = bench.startTrigger({
      async sqs(command, send) {
        if (!isBatch(command)) return send(command);
        const { Entries = [], QueueUrl } = command.input;
        const refused = Entries.filter(() => ++count % 5 === 0);
        const rest = Entries.filter((entry) => !refused.includes(entry));
        if (rest.length > 0)
          await send(
            new (command.constructor as never as new (input: object) => typeof command)({ QueueUrl, Entries: rest }),
          );
        return { Failed: refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })) };
      },
    });
    await trigger.run(event);
    const requests = await bench.requests();
    expect(requests).toHaveLength(400);
    for (const of of Object.values(Object.groupBy(requests, ({ image_id }) => image_id as string))) {
      expect(linesOf(of ?? [])).toEqual(linesOf(of ?? []).toSorted((a, b) => a - b));
    }
  });

  it('that is away for a while is waited for', async () => {
    const event = await bench.put('requests/away.ndjson', manyLines(100));
    let calls = 0;
    const sqs: TriggerOptions['sqs'] = (command, send) =>
      ++calls % 3 === 0 || !isBatch(command) ? send(command) : Promise.reject(new Error('connect ECONNREFUSED'));
    await bench.startTrigger({ sqs }).run(event);
    expect(await bench.report(event)).toMatchObject({ accepted: 100 });
  });

  it('that was away for a whole run fails it, so that it cannot go on for ever', async () => {
    const event = await bench.put('requests/gone.ndjson', manyLines(100));
    const sqs: TriggerOptions['sqs'] = (command, send) =>
      isBatch(command) ? Promise.reject(new Error('away')) : send(command);
    const trigger = bench.startTrigger({ sqs });
    await expect(trigger.run(event)).rejects.toMatchObject({ dependency: 'request queue' });
    expect(trigger.asked).toEqual([]);
    await bench.startTrigger({ clock: standingClock(trigger.clock.now()) }).run(event);
    expect(await bench.report(event)).toMatchObject({ accepted: 100 });
  });

  it('gets full batches of different images', async () => {
    let batches = 0;
    const event = await bench.put('requests/full.ndjson', manyLines(1000));
    const sqs: TriggerOptions['sqs'] = (command, send) => {
      if (isBatch(command)) batches += 1;
      return send(command);
    };
    await bench.startTrigger({ sqs, clock: systemClock }).run(event);
    expect(batches).toBe(100);
  });
});

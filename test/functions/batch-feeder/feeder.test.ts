import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { countsOf, stateOf } from '../../../functions/core/batch/batch.ts';
import { NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';
import { isBatch, type LineEnd, startUploadBench, type TriggerOptions } from '../../support/upload-bench.ts';

let bench: Awaited<ReturnType<typeof startUploadBench>>;
beforeAll(async () => {
  bench = await startUploadBench();
});
afterEach(async () => {
  await bench.forgetBatches();
  await bench.requests();
  await bench.events();
});
afterAll(() => bench.stop());

const line = (imageId: string, rating = 1) => JSON.stringify({ image_id: imageId, preferences: { rating } });
const lines = (count: number, prefix = 'image') =>
  Array.from({ length: count }, (_, n) => line(`${prefix}-${n + 1}`)).join('\n');
const numbersOf = (requests: readonly Record<string, unknown>[]) => requests.map((request) => request.line as number);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

let count = 0;
const put = (body: string, extension = 'ndjson', folder = '') => {
  count += 1;
  return bench.put(`requests/${folder}feeder-${count}.${extension}`, body);
};

/** A batch that is registered, and a feeder beside it. */
async function register(body: string, options: TriggerOptions = {}, folder = '', extension = 'ndjson') {
  const clock = standingClock();
  const event = await put(body, extension, folder);
  const partner = /^partners\/(.*)\/$/.exec(folder)?.[1];
  const trigger = bench.startTrigger({ clock, ...options });
  await trigger.register(event);
  return { ...trigger, clock, event, batch: () => bench.batchOf(event, partner) };
}

const finished = (): LineEnd => 'finished';

describe('a batch', () => {
  it('is followed to its end: exact counts at each step, its results, one event, and then it is closed', async () => {
    const ends: Record<string, LineEnd> = { 'image-1': 'finished', 'image-2': 'refused', 'image-3': 'broken' };
    const { batch, feed, clock } = await register(`${lines(4)}\nno request`);
    const counts = async () => countsOf(await batch());
    expect(await counts()).toMatchObject({ total: 5, rejected: 1, waiting: 4, queued: 0 });
    await feed();
    expect(await counts()).toMatchObject({ waiting: 0, queued: 4 });
    const sent = await bench.work((image) => ends[image] ?? 'started', clock);
    expect(sent).toHaveLength(4);
    await feed();
    const halfway = { total: 5, rejected: 1, waiting: 0, queued: 0, started: 1, finished: 1, failed: 2, cancelled: 0 };
    expect(await counts()).toEqual(halfway);
    expect((await batch()).finishedAt).toBeUndefined();
    await bench.giveUp(sent[3] ?? {}, clock);
    await feed();
    expect(await counts()).toEqual({ ...halfway, started: 0, failed: 3 });
    expect(stateOf(await batch())).toBe('finished');

    const { batchId, file } = await batch();
    const results = `reports/${file.key}/${file.version}-results.ndjson`;
    const rows = (await bench.text(results))
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row));
    expect(rows.map(({ image_id, state, code }) => [image_id, state, code])).toEqual([
      ['image-1', 'finished', null],
      ['image-2', 'failed', 'not_found'],
      ['image-3', 'failed', 'enhancement_failed'],
      ['image-4', 'failed', 'completion_unknown'],
      [undefined, 'rejected', 'invalid_request'],
    ]);
    expect(rows[0]).toMatchObject({ preferences: { rating: 1 }, attempts: 1, started_at: expect.any(String) });
    expect(rows[2]).toMatchObject({ reason: 'no exposure found' });
    expect(rows[4]).toMatchObject({ original: 'no request', line: 5 });
    await feed();
    const ended = (await bench.events()).filter(({ type }) => type === 'batch.finished');
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({ id: `${batchId}.finished`, data: { batch_id: batchId, results_file: results } });
    expect((await bench.item(`batch:${batchId}`))?.work).toBeUndefined();
  });

  it('has a results file of CSV for CSV, with its own separator and its rows as they came', async () => {
    const rows = ['Image ID;Sky Replacement;metadata.note', 'villa;TRUE;"a;b"', 'hut;maybe;', '', 'barn;FALSE'];
    const { batch, feed, clock } = await register(rows.join('\r\n'), {}, '', 'csv');
    await feed();
    await bench.work(finished, clock);
    await feed();
    const { file } = await batch();
    const text = await bench.text(`reports/${file.key}/${file.version}-results.csv`);
    const [head, villa, hut, barn, end] = text.split('\r\n');
    expect(head).toBe(
      '\ufeffImage ID;Sky Replacement;metadata.note;request_id;state;code;reason;attempts;started_at;finished_at',
    );
    expect(villa).toMatch(/^villa;TRUE;"a;b";upload:[0-9a-f]{64};finished;;;1;2026-\S+;2026-\S+$/);
    expect(hut).toMatch(/^hut;maybe;;;rejected;invalid_request;"?sky_replacement must be true/);
    expect(barn).toMatch(/^barn;FALSE;;upload:[0-9a-f]{64};finished;/);
    expect(end).toBe('');
  });

  it('stays as it ended, whatever is heard of its lines later', async () => {
    const { batch, feed, clock, event } = await register(lines(2));
    await feed();
    const messages = await bench.work(finished, clock);
    await feed();
    expect(countsOf(await batch())).toMatchObject({ finished: 2, failed: 0 });
    expect(messages).toHaveLength(2);
    expect(await bench.report(event)).toMatchObject({ accepted: 2 });
    await feed();
    expect((await bench.events()).filter(({ type }) => type === 'batch.finished')).toHaveLength(1);
  });
});

describe('what failed only for the daily limit', () => {
  it('is sent again as the next round, and counts as waiting until then', async () => {
    const { batch, feed, clock } = await register(lines(3, 'again'));
    await feed();
    const first = await bench.work((image) => (image === 'again-2' ? 'over_limit' : 'finished'), clock);
    await feed();
    const second = await bench.work(finished, clock);
    expect([numbersOf(first), numbersOf(second)]).toEqual([[1, 2, 3], [2]]);
    expect(second[0]).toMatchObject({ round: 2 });
    expect(second[0]?.request_id).not.toBe(first[1]?.request_id);
    await feed();
    expect(countsOf(await batch())).toMatchObject({ total: 3, waiting: 0, queued: 0, finished: 3, failed: 0 });
  });

  it.each([
    ['the count of its batch is not written', '"#journal"', 'is throttled'],
    ['the count of its batch is not written, as the feeder dies', '"#journal"', 'dies'],
    ['its next round is not written', '"round":{"N":"2"}', 'is throttled'],
    ['its next round is not written, as the feeder dies', '"round":{"N":"2"}', 'dies'],
  ])('is sent again once also where %s', async (name, what, fault) => {
    const { batch, feed, clock } = await register(lines(3, name.replaceAll(/\W/g, '-')));
    await feed();
    await bench.work((image) => (image.endsWith('-1') ? 'finished' : 'over_limit'), clock);
    let struck = 0;
    const dynamo: TriggerOptions['dynamo'] = async (command, send) => {
      const text = JSON.stringify(command.input);
      const isIt = text.includes(what) && (text.includes('resent') || what !== '"#journal"');
      if (struck === 0 ? !isIt : fault === 'is throttled') return send(command);
      struck += 1;
      throw Object.assign(new Error('throttled'), { name: 'ThrottlingException' });
    };
    await bench.startTrigger({ clock, dynamo }).feed().catch(() => {}); // biome-ignore format: one thought
    expect(struck).toBeGreaterThan(0);
    clock.set(clock.now() + 60_000);
    await bench.startTrigger({ clock }).feed();
    const again = await bench.work(finished, clock);
    expect(numbersOf(again).toSorted()).toEqual([2, 3]);
    expect(again).toMatchObject([{ round: 2 }, { round: 2 }]);
    await feed();
    expect(countsOf(await batch())).toMatchObject({ waiting: 0, queued: 0, finished: 3, failed: 0 });
  });

  it('waits while its batch is paused, and is cancelled with it', async () => {
    const { batch, feed, clock } = await register(lines(3, 'later'));
    const { batchId } = await batch();
    await feed();
    await bench.work((image) => (image === 'later-2' ? 'over_limit' : 'finished'), clock);
    const batches = bench.batches(clock);
    await batches.setControl(batchId, 'paused', plentyOfTime(clock));
    await feed();
    expect(await bench.requests()).toEqual([]);
    expect(countsOf(await batch())).toMatchObject({ waiting: 1, finished: 2 });
    await batches.setControl(batchId, 'cancelled', plentyOfTime(clock));
    await feed();
    expect(countsOf(await batch())).toMatchObject({ waiting: 0, cancelled: 1, finished: 2 });
    expect((await batch()).finishedAt).toBeDefined();
  });

  it('is not sent over a newer request of its image, and fails as superseded', async () => {
    const older = await register(lines(2, 'twice'));
    await older.feed();
    await bench.work((image) => (image === 'twice-1' ? 'over_limit' : 'finished'), older.clock);
    const clock = standingClock(older.clock.now() + 60_000);
    const newer = await register(lines(1, 'twice'), { clock });
    const { batchId } = await older.batch();
    await bench.batches(clock).setControl(batchId, 'paused', plentyOfTime(clock));
    await newer.feed();
    await bench.batches(clock).setControl(batchId, 'running', plentyOfTime(clock));
    await newer.feed();
    expect(await bench.requests()).toHaveLength(1);
    expect(countsOf(await older.batch())).toMatchObject({ waiting: 0, finished: 1, failed: 1 });
    const { file } = await older.batch();
    expect(await bench.text(`reports/${file.key}/${file.version}-results.ndjson`)).toContain('"code":"superseded"');
  });
});

describe('the queue', () => {
  it('is fed to its depth, and on as it empties', async () => {
    const { feed, clock, batch } = await register(lines(30), { bulkDepth: 12 });
    await feed();
    expect(await bench.depth()).toBe(12);
    const seen = numbersOf(await bench.work(finished, clock));
    while (countsOf(await batch()).waiting > 0) {
      await feed();
      expect(await bench.depth()).toBeLessThanOrEqual(12);
      seen.push(...numbersOf(await bench.work(finished, clock)));
    }
    expect(seen).toEqual(upTo(30));
  });

  it('that refuses entries one by one gets them again, before what follows of their image, and slows nothing', async () => {
    const body = Array.from({ length: 600 }, (_, n) => line(`image-${n % 100}`, n % 6)).join('\n');
    let entries = 0;
    const sqs: TriggerOptions['sqs'] = async (command, send) => {
      if (!isBatch(command)) return send(command);
      const all = command.input.Entries ?? [];
      const refused = all.filter(() => ++entries % 20 === 0);
      const taken = all.filter((entry) => !refused.includes(entry));
      if (taken.length > 0) await send(Object.assign(command, { input: { ...command.input, Entries: taken } }));
      return { Failed: refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })) };
    };
    const { feed, clock } = await register(body, { sqs });
    await feed();
    const requests = await bench.requests();
    expect(numbersOf(requests).toSorted((a, b) => a - b)).toEqual(upTo(600));
    for (const ofImage of Object.values(Object.groupBy(requests, ({ image_id }) => String(image_id)))) {
      expect(numbersOf(ofImage ?? [])).toEqual(numbersOf(ofImage ?? []).toSorted((a, b) => a - b));
    }
    // Of the clock, which nothing but a pause moves: a second for each turn.
    expect(clock.now() - NOON).toBeLessThan(5000);
  });

  it('that is away fails the run, and the next one sends what was missing, once', async () => {
    let isAway = true;
    const sqs: TriggerOptions['sqs'] = (command, send) =>
      isAway && isBatch(command) ? Promise.reject(new Error('away')) : send(command);
    const { feed, batch } = await register(lines(30), { sqs });
    await expect(feed()).rejects.toMatchObject({ dependency: 'request queue' });
    expect(countsOf(await batch())).toMatchObject({ queued: 30 });
    isAway = false;
    await feed();
    expect(numbersOf(await bench.requests())).toEqual(upTo(30));
  });
});

describe('the account', () => {
  it('with a daily limit gets no more lines than the limit leaves to batches', async () => {
    const { feed, batch } = await register(lines(100), { dailyLimit: 50 });
    await feed();
    await feed();
    // A tenth of the limit is left to single requests.
    expect(await bench.depth()).toBe(45);
    expect(countsOf(await batch())).toMatchObject({ queued: 45, waiting: 55 });
  });
});

describe('several owners', () => {
  it('share the queue equally, however much each of them has', async () => {
    const options = { bulkDepth: 60 };
    const large = await register(lines(500, 'large'), options, 'partners/large/');
    const small = await register(lines(40, 'small'), options, 'partners/small/');
    const own = await register(lines(40, 'own'), options);
    await large.feed();
    const counts = [await large.batch(), await small.batch(), await own.batch()].map((each) => countsOf(each).queued);
    expect(counts).toEqual([20, 20, 20]);
  });
});

describe('a pause of its owner', () => {
  it('stops its lines and nobody else’s, and it goes on when it is resumed', async () => {
    const [paused, other] = [await register(lines(3, 'paused')), await register(lines(3, 'other'))];
    const { batchId } = await paused.batch();
    await bench.batches(paused.clock).setControl(batchId, 'paused', plentyOfTime(paused.clock));
    await other.feed();
    expect((await bench.requests()).map(({ image_id }) => image_id)).toEqual(['other-1', 'other-2', 'other-3']);
    await bench.batches(paused.clock).setControl(batchId, 'running', plentyOfTime(paused.clock));
    await paused.feed();
    expect(await bench.requests()).toHaveLength(3);
  });
});

describe('a cancelled batch', () => {
  it('sends nothing more, and ends when what is queued has ended', async () => {
    const { batch, feed, clock } = await register(lines(20), { bulkDepth: 10 });
    await feed();
    const { batchId } = await batch();
    await bench.batches(clock).setControl(batchId, 'cancelled', plentyOfTime(clock));
    await bench.work(finished, clock);
    await feed();
    expect(await bench.requests()).toEqual([]);
    expect(countsOf(await batch())).toMatchObject({ total: 20, finished: 10, cancelled: 10, waiting: 0 });
    expect((await bench.events()).filter(({ type }) => type === 'batch.finished')).toHaveLength(1);
  });
});

describe('a file that is deleted under its batch', () => {
  it('cancels what was not sent, and says why', async () => {
    const { batch, feed, clock, event } = await register(lines(20), { bulkDepth: 10 });
    await feed();
    await bench.work(finished, clock);
    await bench.remove(event.detail.object.key, event.detail.object['version-id']);
    await feed();
    expect((await batch()).feed.problem).toContain('the object is gone');
    expect(countsOf(await batch())).toMatchObject({ finished: 10, cancelled: 10 });
    expect((await batch()).finishedAt).toBeDefined();
  });
});

describe('two feeders', () => {
  it('are one: the second waits a little, and leaves the work to the first', async () => {
    const first = await register(lines(20));
    let other: Promise<void> | undefined;
    const second = bench.startTrigger({ clock: first.clock });
    const sqs: TriggerOptions['sqs'] = async (command, send) => {
      if (isBatch(command)) {
        other ??= second.feed();
        await other;
      }
      return send(command);
    };
    const slow = bench.startTrigger({ clock: first.clock, sqs });
    await slow.feed();
    expect(second.logged('the feeder ends, since another one is at work')).toHaveLength(1);
    expect(numbersOf(await bench.requests())).toEqual(upTo(20));
  });

  it('never write over each other: one that wakes up after its lease sends nothing that the other has not', async () => {
    const { batch, event } = await register(lines(40), { bulkDepth: 20 });
    const clock = standingClock();
    const other = bench.startTrigger({ clock: standingClock(NOON + 120_000) });
    let isAsleep = true;
    const dynamo: TriggerOptions['dynamo'] = async (command, send) => {
      const isSave = JSON.stringify(command.input).includes('"#revision"');
      if (isSave && isAsleep) {
        isAsleep = false;
        await other.feed();
      }
      return send(command);
    };
    const late = bench.startTrigger({ clock, dynamo });
    await late.feed();
    expect(late.logged('the feeder ends, since another one has taken over')).toHaveLength(1);
    const requests = numbersOf(await bench.requests());
    expect(requests).toEqual(upTo(40));
    expect(countsOf(await batch())).toMatchObject({ queued: 40, waiting: 0 });
    expect(await bench.report(event)).toMatchObject({ accepted: 40 });
  });
});

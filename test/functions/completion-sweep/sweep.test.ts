import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCompletions } from '../../../functions/adapters/ledger/completion/completions.ts';
import { completionEventId } from '../../../functions/core/completion/completion-event-id.ts';
import type { Runtime } from '../../../functions/runtime.ts';
import { NOON } from '../../support/fixtures.ts';
import { HOUR, MINUTE, startSweepBench } from './support.ts';

let bench: Awaited<ReturnType<typeof startSweepBench>>;
beforeAll(async () => {
  bench = await startSweepBench();
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const processed = { status: 'processed', status_reason: null };
const under = { status: 'processing' };

describe('an image of which the webhook did not tell', () => {
  it('is found finished at the first look: recorded, and published as the webhook would have had it', async () => {
    const { started, run, runAfter, answers, events, find, calls } = bench.start();
    const request = await started('house', { source: 'http', partner: 'acme' });
    answers.house = { ...processed, order_id: 'o-1' };
    await run();
    expect(calls).toEqual([]);
    await runAfter(2 * MINUTE);
    const at = NOON + 2 * MINUTE;
    expect((await find(request)).completion).toEqual({
      ...{ by: 'sweep', at, confirmed: true, hasFailed: false, isAmbiguous: false, status: 'processed' },
    });
    expect(events).toEqual([
      expect.objectContaining({
        type: 'image.processed',
        subject: 'house',
        time: new Date(at).toISOString(),
        data: {
          ...{ event: 'image_processed', image_id: 'house', error: false, order_id: 'o-1' },
          request: expect.objectContaining({ request_id: request.requestId, partner: 'acme' }),
          image: { ...processed, order_id: 'o-1' },
          confirmed: true,
          warnings: [],
        },
      }),
    ]);
  });

  it('and that failed is published as failed, with the reason', async () => {
    const { started, runAfter, answers, events, counted } = bench.start();
    await started('house');
    answers.house = { status: 'error', status_reason: 'no exposure found' };
    await runAfter(2 * MINUTE);
    expect(events).toMatchObject([{ type: 'image.failed', data: { error: true, confirmed: true } }]);
    expect(counted('ImageFailed')).toBe(1);
  });

  it('is looked for after 2, 5, 15 and 60 minutes, 6 hours and a day, and no more', async () => {
    const { started, run, clock, answers, calls, find } = bench.start();
    const request = await started('house');
    answers.house = under;
    for (let now = NOON; now <= NOON + 49 * HOUR; now += now < NOON + HOUR ? MINUTE : HOUR) {
      clock.set(now);
      await run();
    }
    expect(calls.map(({ at }) => (at - NOON) / MINUTE)).toEqual([2, 5, 15, 60, 360, 1440]);
    expect((await find(request)).lookAt).toBeUndefined();
  });

  it('is looked for a day from its start, however long it had waited for that', async () => {
    const { started, runAfter, answers, events, find } = bench.start();
    const request = await started('house', { acceptedAt: NOON - 48 * HOUR });
    answers.house = under;
    await runAfter(2 * MINUTE);
    expect(await find(request)).toMatchObject({ lookAt: NOON + 5 * MINUTE });
    expect(events).toEqual([]);
  });

  it('for a day ends as unknown, which is published and counted', async () => {
    const { started, runAfter, answers, events, find, counted } = bench.start();
    const batch = { batchId: 'b_1', round: 1 };
    const request = await started('house', { source: 'upload', upload: { file: 'requests/a.csv', line: 7 }, batch });
    answers.house = under;
    await runAfter(24 * HOUR);
    const { completion, lookAt } = await find(request);
    expect(completion).toMatchObject({ by: 'sweep', isUnknown: true, hasFailed: true, confirmed: null });
    expect([lookAt, counted('CompletionsUnknown'), counted('MissedWebhooks')]).toEqual([undefined, 1, 0]);
    expect(events).toMatchObject([
      { type: 'image.unknown', data: { image_id: 'house', image: under, confirmed: null } },
    ]);
    await runAfter(24 * HOUR);
    expect(events).toHaveLength(1);
  });

  it('of several requests is asked for once, and each of them ends', async () => {
    const { started, runAfter, answers, calls, find } = bench.start();
    const [older, newer] = [
      await started('house', { acceptedAt: NOON }),
      await started('house', { acceptedAt: NOON + 1 }),
    ];
    answers.house = processed;
    await runAfter(2 * MINUTE);
    expect(calls).toHaveLength(1);
    // The record is of the newer one's enhancement, or of the older one's just before.
    expect((await find(older)).completion).toMatchObject({ isAmbiguous: true, confirmed: null });
    expect((await find(newer)).completion).toMatchObject({ isAmbiguous: false, confirmed: true });
  });

  it('that failed only for the daily limit is sent again, as after the webhook', async () => {
    const { started, runAfter, answers, queued, find } = bench.start();
    const request = await started('house', { source: 'http', partner: 'acme' });
    answers.house = { status: 'error', status_reason: 'Daily enhancement limit reached' };
    await runAfter(2 * MINUTE);
    expect(queued).toHaveLength(1);
    expect((await find(request)).againAs).toBeDefined();
  });
});

describe('a record that says processed', () => {
  it.each<[string, object, string | null, object]>([
    ['the image was under way in the response to the call', {}, '{"status":"waiting"}', processed],
    ['that of an older API version was', {}, '{"enhanced":false,"error":false}', { enhanced: true, error: false }],
    [
      'it has the preferences of the request',
      { rating: 4, metadata: { b: 1, a: [2] } },
      null,
      { ...processed, rating: 4, metadata: { a: [2], b: 1 } },
    ],
  ])('is believed when %s', async (_, preferences, response, record) => {
    const { started, runAfter, answers, find } = bench.start();
    const request = await started('house', { preferences: preferences as never }, response);
    answers.house = record;
    await runAfter(2 * MINUTE);
    expect((await find(request)).completion).toMatchObject({
      isAmbiguous: false,
      confirmed: true,
      status: 'processed',
    });
  });

  it('is believed when an earlier look saw the image under way', async () => {
    const { started, runAfter, answers, find } = bench.start();
    const request = await started('house', { preferences: {} }, null);
    answers.house = under;
    await runAfter(2 * MINUTE);
    answers.house = processed;
    await runAfter(3 * MINUTE);
    expect((await find(request)).completion).toMatchObject({ isAmbiguous: false, confirmed: true });
  });

  it.each<[string, object, string | null]>([
    ['it was so in the response to the call already', {}, '{"status":"processed"}'],
    ['the response had no record', {}, null],
    ['it has other preferences', { rating: 4 }, null],
    ['it lacks one of the preferences', { enhance_type: 'warm', rating: 3 }, null],
  ])('may be of the enhancement before, so that it is ambiguous, when %s', async (_, preferences, response) => {
    const { started, runAfter, answers, events, find } = bench.start();
    const request = await started('house', { preferences: preferences as never }, response);
    answers.house = { ...processed, rating: 3 };
    await runAfter(2 * MINUTE);
    expect((await find(request)).completion).toMatchObject({ isAmbiguous: true, confirmed: null });
    expect(events).toMatchObject([{ data: { confirmed: null, request: { ambiguous: true } } }]);
  });
});

describe('the webhook', () => {
  const told = { by: 'webhook', hasFailed: false, confirmed: true, status: 'processed', isAmbiguous: false } as const;

  it('was missed when it has not called two minutes after the sweep found its image', async () => {
    const { started, runAfter, answers, counted, find, events } = bench.start();
    const request = await started('house');
    answers.house = processed;
    await runAfter(2 * MINUTE);
    await runAfter(MINUTE);
    expect(counted('MissedWebhooks')).toBe(0);
    await runAfter(MINUTE);
    expect([counted('MissedWebhooks'), (await find(request)).lookAt]).toEqual([1, undefined]);
    await runAfter(HOUR);
    expect([counted('MissedWebhooks'), events.length]).toEqual([1, 1]);
  });

  it('that calls before that was not, and changes nothing of what was found', async () => {
    const { started, runAfter, answers, counted, clock, find, limits } = bench.start();
    const request = await started('house');
    answers.house = processed;
    await runAfter(2 * MINUTE);
    const { completion } = await find(request);
    const completions = createCompletions({ send: bench.send, table: 'ledger', clock });
    const meant = { requestId: request.requestId, state: 'succeeded' } as const;
    await completions.note(meant, { ...told, at: clock.now() }, limits());
    await completions.endLook(request.requestId, limits());
    await runAfter(10 * MINUTE);
    expect(counted('MissedWebhooks')).toBe(0);
    expect((await find(request)).completion).toEqual(completion);
  });

  it('that is not expected is not missed, and its images cost one look', async () => {
    const { started, runAfter, answers, counted, find, calls } = bench.start({ expectsWebhook: false });
    const request = await started('house');
    answers.house = processed;
    await runAfter(2 * MINUTE);
    expect((await find(request)).lookAt).toBeUndefined();
    await runAfter(HOUR);
    expect([counted('MissedWebhooks'), calls.length]).toEqual([0, 1]);
  });

  it('that told first leaves nothing to look at', async () => {
    const { started, runAfter, clock, calls, limits } = bench.start();
    const { requestId } = await started('house');
    const completions = createCompletions({ send: bench.send, table: 'ledger', clock });
    await completions.note({ requestId, state: 'succeeded' }, { ...told, at: clock.now() }, limits());
    await completions.endLook(requestId, limits());
    await runAfter(2 * MINUTE);
    expect(calls).toEqual([]);
  });

  it('whose function crashed before it could tell is told by the sweep', async () => {
    const { started, runAfter, clock, answers, events, find, limits } = bench.start();
    const request = await started('house');
    answers.house = processed;
    const completions = createCompletions({ send: bench.send, table: 'ledger', clock });
    const meant = { requestId: request.requestId, state: 'succeeded' } as const;
    await completions.note(meant, { ...told, at: clock.now() }, limits());
    await runAfter(2 * MINUTE);
    expect(events).toMatchObject([{ type: 'image.processed' }]);
    expect((await find(request)).lookAt).toBeUndefined();
  });

  it('whose word the record never shows is believed after a day, and told then, since its function may have crashed', async () => {
    const { started, runAfter, clock, answers, events, find, limits, counted } = bench.start();
    const request = await started('house');
    const completions = createCompletions({ send: bench.send, table: 'ledger', clock });
    const { status: _, ...unconfirmed } = { ...told, confirmed: null, at: clock.now() };
    await completions.note({ requestId: request.requestId, state: 'succeeded' }, unconfirmed, limits());
    answers.house = () => ({ status: 404, body: '{"message":"Not found","detail":"gone"}' });
    await runAfter(24 * HOUR);
    const { completion, lookAt } = await find(request);
    expect([completion?.isUnknown, completion?.hasFailed, lookAt]).toEqual([undefined, false, undefined]);
    expect(events).toMatchObject([
      { id: completionEventId(request.requestId, unconfirmed), type: 'image.processed', data: { confirmed: null } },
    ]);
    await runAfter(HOUR);
    expect([events.length, counted('MissedWebhooks')]).toEqual([1, 0]);
  });
});

describe('while the endpoint', () => {
  it('does not answer, no request ends as unknown, and after three calls nothing more is asked', async () => {
    const { started, runAfter, answers, calls, find, events } = bench.start();
    const requests = [];
    for (let index = 0; index < 20; index += 1) {
      const id = `house-${index}`;
      requests.push(await started(id));
      answers[id] = () => ({ status: 502, body: '' });
    }
    await runAfter(24 * HOUR);
    expect(calls.length).toBeLessThanOrEqual(12);
    const items = await Promise.all(requests.map(find));
    expect(items.filter(({ completion }) => completion !== undefined)).toEqual([]);
    expect(items.every(({ lookAt }) => lookAt !== undefined)).toBe(true);
    for (const id of Object.keys(answers)) answers[id] = processed;
    // One call probes, and the next run asks for all.
    await runAfter(20 * MINUTE);
    expect(events).toHaveLength(1);
    await runAfter(MINUTE);
    expect(events).toHaveLength(20);
  });

  it('fails for one image alone, the others are found, and that one is asked for again later', async () => {
    const { started, runAfter, answers, calls, find } = bench.start();
    const [bad, good] = [await started('bad'), await started('good')];
    answers.bad = () => ({ status: 500, body: '' });
    answers.good = processed;
    await runAfter(2 * MINUTE);
    expect([(await find(bad)).lookAt, (await find(good)).completion?.hasFailed]).toEqual([NOON + 5 * MINUTE, false]);
    expect(calls).toHaveLength(2);
  });

  it.each([401, 402])('refuses the account with %s, everything stays due', async (status) => {
    const { started, runAfter, answers, find } = bench.start();
    const request = await started('house');
    answers.house = () => ({ status, body: '{"message":"no","detail":"no"}' });
    await runAfter(2 * MINUTE);
    expect((await find(request)).lookAt).toBe(NOON + 2 * MINUTE);
    answers.house = processed;
    await runAfter(2 * MINUTE);
    expect((await find(request)).completion?.hasFailed).toBe(false);
  });

  it('knows no such image, it may still be told by the webhook until a day has passed', async () => {
    const { started, runAfter, answers, find } = bench.start();
    const request = await started('house');
    answers.house = () => ({ status: 404, body: '{"message":"Not found","detail":"gone"}' });
    await runAfter(2 * MINUTE);
    expect((await find(request)).lookAt).toBe(NOON + 5 * MINUTE);
    await runAfter(24 * HOUR);
    expect((await find(request)).completion?.isUnknown).toBe(true);
  });
});

describe('images of one order', () => {
  const RESPONSE = '{"status":"processing","order_id":"o-1"}';
  const record = (imageId: string, more: object = processed) => ({ image_id: imageId, ...more });

  it('of which three or more are due, are read with one call, each with its own end', async () => {
    const { started, runAfter, answers, calls, events, find } = bench.start();
    const requests = [];
    for (const id of ['a', 'b', 'c', 'd']) requests.push(await started(id, {}, RESPONSE));
    answers['o-1'] = { order_id: 'o-1', images: [record('a'), record('b', { status: 'error' }), record('c', under)] };
    answers.d = processed;
    await runAfter(2 * MINUTE);
    // What the order does not show is read by itself.
    expect(calls.map(({ imageId }) => imageId)).toEqual(['o-1', 'd']);
    const items = await Promise.all(requests.map(find));
    expect(items.map(({ completion }) => completion?.hasFailed)).toEqual([false, true, undefined, false]);
    expect(items[2]?.lookAt).toBe(NOON + 5 * MINUTE);
    expect(events.find(({ subject }) => subject === 'a')?.data.image).toEqual(record('a'));
  });

  it('of which one has a record that fits no message, are read with one call, and that one by itself', async () => {
    const { started, runAfter, answers, calls, find } = bench.start();
    const requests = [];
    for (const id of ['a', 'b', 'c']) requests.push(await started(id, {}, RESPONSE));
    const long = record('a', { ...processed, note: 'x'.repeat(256 * 1024) });
    answers['o-1'] = { order_id: 'o-1', images: [long, record('b'), record('c')] };
    answers.a = long;
    await runAfter(2 * MINUTE);
    expect(calls.map(({ imageId }) => imageId)).toEqual(['o-1', 'a']);
    const items = await Promise.all(requests.map(find));
    expect(items.map(({ completion }) => completion?.hasFailed)).toEqual([undefined, false, false]);
  });

  it('of which two are due, or whose order cannot be read, are read one by one', async () => {
    const { started, runAfter, answers, calls, find } = bench.start();
    const requests = [];
    for (const id of ['a', 'b']) requests.push(await started(id, {}, RESPONSE));
    for (const id of ['x', 'y', 'z']) requests.push(await started(id, {}, RESPONSE.replace('o-1', 'o-2')));
    for (const id of ['a', 'b', 'x', 'y', 'z']) answers[id] = processed;
    answers['o-2'] = () => ({ status: 404, body: '{"message":"Not found","detail":"gone"}' });
    await runAfter(2 * MINUTE);
    expect(calls.map(({ imageId }) => imageId).toSorted()).toEqual(['a', 'b', 'o-2', 'x', 'y', 'z']);
    const items = await Promise.all(requests.map(find));
    expect(items.every(({ completion }) => completion?.confirmed === true)).toBe(true);
  });
});

describe('a pause of the account', () => {
  it('that a person ordered ends the looks until it is over, and ends no request', async () => {
    const { started, runAfter, answers, calls, pauses, limits, find, clock } = bench.start();
    const request = await started('house');
    answers.house = processed;
    await pauses.setPerson({ detail: 'audit', since: clock.now() }, limits());
    await runAfter(30 * HOUR);
    expect([calls.length, (await find(request)).lookAt]).toEqual([0, NOON + 2 * MINUTE]);
    await pauses.resume(limits());
    await runAfter(MINUTE);
    expect((await find(request)).completion?.hasFailed).toBe(false);
  });

  it('for the daily limit does not, since reading takes nothing from it', async () => {
    const { started, runAfter, answers, pauses, limits, find, clock } = bench.start();
    const request = await started('house');
    answers.house = processed;
    await pauses.pauseFor({ detail: 'limit', calledAt: clock.now(), until: clock.now() + 12 * HOUR }, limits());
    await runAfter(2 * MINUTE);
    expect((await find(request)).completion?.hasFailed).toBe(false);
  });
});

describe('a run', () => {
  it('keeps to its calls a second, asks for what has waited longest, and leaves the rest to the next', async () => {
    const { started, runAfter, answers, calls, clock } = bench.start({ callsPerSecond: 5, remainingMs: 16_000 });
    for (let index = 0; index < 60; index += 1) {
      await started(`house-${index}`);
      answers[`house-${index}`] = under;
      clock.set(clock.now() + 1);
    }
    await runAfter(3 * MINUTE);
    expect(calls.length).toBeGreaterThan(28);
    expect(calls.length).toBeLessThan(45);
    const seconds = Object.values(Object.groupBy(calls, ({ at }) => Math.floor(at / 1000)));
    expect(Math.max(...seconds.map((each) => each?.length ?? 0))).toBe(5);
    const numbers = calls.map(({ imageId }) => Number(imageId.split('-')[1]));
    expect(Math.max(...numbers)).toBeLessThan(calls.length + 10);
    const first = new Set(calls.map(({ imageId }) => imageId));
    calls.length = 0;
    await runAfter(1);
    const second = calls.map(({ imageId }) => imageId);
    expect(second.filter((id) => first.has(id))).toEqual([]);
    expect(first.size + second.length).toBe(60);
  });

  it('goes on behind a request at which nobody can look, and puts that one off', async () => {
    const { started, runAfter, answers, find, counted } = bench.start();
    const bad = await started('bad', {}, 'no JSON');
    const good = await started('good');
    answers.bad = processed;
    answers.good = processed;
    await runAfter(2 * MINUTE);
    expect((await find(good)).completion?.hasFailed).toBe(false);
    expect((await find(bad)).lookAt).toBeGreaterThan(NOON + 2 * MINUTE);
    expect(counted('UnexpectedErrors')).toBe(1);
  });

  it('that cannot publish has recorded what it found, and the next one publishes it', async () => {
    const { started, runAfter, answers, queue, events, find } = bench.start();
    const request = await started('house');
    answers.house = processed;
    queue.isAway = true;
    await runAfter(2 * MINUTE);
    const { completion } = await find(request);
    expect(completion?.by).toBe('sweep');
    expect(events).toEqual([]);
    queue.isAway = false;
    await runAfter(MINUTE);
    expect(events).toMatchObject([{ type: 'image.processed', data: { confirmed: true } }]);
    expect((await find(request)).completion).toEqual(completion);
  });

  it('that cannot publish leaves it to the next one, also when the webhook cannot publish it later either', async () => {
    const { started, runAfter, answers, queue, events, clock, limits } = bench.start();
    const { requestId } = await started('house');
    answers.house = processed;
    queue.isAway = true;
    await runAfter(2 * MINUTE);
    const completions = createCompletions({ send: bench.send, table: 'ledger', clock });
    await completions.lookSoon(requestId, clock.now() + 1000, limits());
    queue.isAway = false;
    await runAfter(MINUTE);
    expect(events).toMatchObject([{ type: 'image.processed', data: { confirmed: true } }]);
  });

  it('that cannot read the ledger fails, so that a person is told', async () => {
    const dynamo = (async () => {
      throw new Error('connect ECONNREFUSED');
    }) as never as Runtime['dynamo'];
    const { run, lines } = bench.start({ dynamo });
    await expect(run()).rejects.toMatchObject({ dependency: 'ledger' });
    expect(lines.map(({ message }) => message)).toContain('the sweep failed');
  });

  it('says how late it is', async () => {
    const { started, runAfter, answers, lines } = bench.start();
    await started('house');
    answers.house = under;
    await runAfter(7 * MINUTE);
    expect(lines.find((line) => 'LookDelay' in line)?.LookDelay).toEqual([5 * MINUTE]);
  });
});

import { randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBudgetStore } from '../../../functions/adapters/ledger/account/budget.ts';
import { createPauseStore } from '../../../functions/adapters/ledger/account/pause.ts';
import type { BudgetSettings } from '../../../functions/core/budget/budget-policy.ts';
import { windowAt } from '../../../functions/core/budget/window.ts';
import { AccountRefused, EndpointNotReached, RefusedForGood } from '../../../functions/core/errors.ts';
import { sqsMessageRequestId } from '../../../functions/core/request/reprocess-request.ts';
import { decodeMessage } from '../../../functions/core/request/request-message.ts';
import { messageOf } from '../../../functions/lambda/sqs-record.ts';
import { NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { sqsRecord } from '../../support/sqs-event.ts';
import { startLimitedWorker } from './limited-worker.ts';

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];

let database: Awaited<ReturnType<typeof startLedgerTable>>;
let clock: ReturnType<typeof standingClock>;
let settings: BudgetSettings;
let count = 0;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());
beforeEach(() => {
  count += 1;
  clock = standingClock();
  // A window of the test's own.
  settings = { limit: 10, reset: { minute: count, zone: 'UTC' }, interactiveShare: 0.2 };
});
const stores = () => {
  const client = { send: database.client.send.bind(database.client), table: database.table, clock };
  return { pauses: createPauseStore(client), budgets: createBudgetStore({ ...client, randomId: randomUUID }) };
};
afterEach(() => {
  clock.set(0);
  return stores().pauses.resume(plentyOfTime(clock));
});

const start = (more: Partial<Parameters<typeof startLimitedWorker>[0]> = {}) =>
  startLimitedWorker({ database, clock, settings, ...more });
const window = () => windowAt(settings.reset, clock.now());
const countNow = () => stores().budgets.read(window(), plentyOfTime(clock));
const message = (image: string | number, more: object = {}, receives = '1') =>
  sqsRecord(
    { image_id: `image-${count}-${image}`, preferences: {}, ...more },
    { attributes: { ApproximateReceiveCount: receives } },
  );
const messages = (number: number, more: object = {}) =>
  Array.from({ length: number }, (_, index) => message(`${index}-${randomUUID()}`, more));
const line = () => ({
  request_id: `upload:${randomUUID().replaceAll('-', '').repeat(2)}`,
  ...{ batch_id: `b_${'c'.repeat(32)}`, round: 1 },
});

/** Puts the items of lines, which the feeder does before it sends their messages. */
async function feed(
  { ledger }: ReturnType<typeof start>,
  records: readonly SQSRecord[],
): Promise<readonly SQSRecord[]> {
  for (const record of records) {
    const message = decodeMessage(messageOf(record));
    if ('request' in message) await ledger.accept(message.request, plentyOfTime(clock));
  }
  return records;
}

describe('the daily limit', () => {
  it('is taken from in one write for a batch, and nothing is given back where all was called', async () => {
    const worker = start();
    expect(await worker.run(...messages(7))).toBe(0);
    expect(worker.written).toEqual([expect.stringMatching(/^budget:/)]);
    expect(await countNow()).toMatchObject({ used: 7, usedByBulk: 0 });
  });

  it('of none is never written', async () => {
    const worker = start({ settings: { ...settings, limit: null } });
    expect(await worker.run(...messages(10))).toBe(0);
    expect([worker.called.length, worker.written]).toEqual([10, []]);
  });

  it('that is used up hides what is left until the reset, and costs it no attempt', async () => {
    const worker = start();
    expect(await worker.run(...messages(8))).toBe(0);
    const late = messages(4);
    expect(await worker.run(...late)).toBe(2);
    expect(worker.called).toHaveLength(10);
    // What other workers had reserved may come back within a minute.
    expect(worker.hidden).toEqual([30 * SECOND, 30 * SECOND]);
    expect(await worker.run(...messages(1))).toBe(1);
    clock.set(NOON + 2 * MINUTE);
    worker.hidden.length = 0;
    const [waiting] = messages(1);
    expect(await worker.run(...messages(1), ...(waiting ? [waiting] : []))).toBe(2);
    expect(worker.hidden).toEqual([11 * HOUR, 11 * HOUR]);
    expect(
      await worker.ledger.find(sqsMessageRequestId(waiting?.messageId ?? ''), plentyOfTime(clock)),
    ).toBeUndefined();
    const waits = { reason: 'daily_limit', until: new Date(window().end).toISOString() };
    expect(worker.log.lines.at(-1)).toMatchObject({ message: 'the request waits', facts: { waits_for: waits } });
    expect(worker.metrics.counted.filter((name) => name === 'BudgetExhausted')).toHaveLength(1);
    clock.set(window().end + 11 * SECOND);
    expect(await worker.run(...(waiting ? [waiting] : []))).toBe(0);
  });

  it('hides a request no longer than until its not_after, and ends it then', async () => {
    const worker = start({ settings: { ...settings, limit: 1 } });
    await worker.run(...messages(1));
    clock.set(NOON + 2 * MINUTE);
    await worker.run(...messages(1));
    worker.hidden.length = 0;
    clock.set(NOON + 4 * MINUTE);
    const wanted = message('wanted', { not_after: '2026-11-22T13:00:00Z' });
    expect(await worker.run(wanted)).toBe(1);
    expect(worker.hidden).toEqual([56 * MINUTE + 1]);
    clock.set(NOON + HOUR + 1);
    expect(await worker.run(wanted)).toBe(0);
    expect(worker.called).toHaveLength(1);
    const item = await worker.ledger.find(sqsMessageRequestId(wanted.messageId), plentyOfTime(clock));
    expect(item?.outcome).toMatchObject({ kind: 'failed', error: { code: 'expired' }, attempts: 0 });
  });

  it('gets back what a batch reserved and did not call, in one write', async () => {
    const worker = start();
    const old = message('old', { not_after: '2026-11-22T11:00:00Z' });
    const again = message('again');
    await worker.run(again);
    worker.written.length = 0;
    await worker.run(old, again, ...messages(2));
    expect(worker.written).toEqual([expect.stringMatching(/^budget:/), 'give back']);
    expect(await countNow()).toMatchObject({ used: 3 });
  });

  it.each([
    ['was refused for good', () => new RefusedForGood('no', { status: 422, response: '{}' }), 1],
    ['did not connect', () => new EndpointNotReached('no'), 0],
    ['met a wrong key', () => new AccountRefused('no', { status: 401, response: '' }), 0],
  ])('counts a call that %s', async (_, error, used) => {
    await start({ call: () => Promise.reject(error()) }).run(...messages(1));
    expect(await countNow()).toMatchObject({ used });
  });

  it('is left by bulk to single requests in part, until shortly before the reset', async () => {
    const worker = start();
    const fed = await feed(
      worker,
      Array.from({ length: 10 }, (_, index) => message(index, line())),
    );
    expect(await worker.run(...fed)).toBe(2);
    // Until bulk may have the rest: two hours before the reset.
    const released = window().end - 2 * HOUR - NOON;
    expect(worker.hidden).toEqual([released, released].map((ms) => Math.min(ms, 11 * HOUR)));
    expect(await worker.run(...messages(1))).toBe(0);
    clock.set(NOON + released);
    const late = [1, 2].map((index) => message(`late-${index}`, line()));
    expect(await worker.run(...(await feed(worker, late)))).toBe(1);
    expect(await countNow()).toMatchObject({ used: 10, usedByBulk: 9 });
  });

  it('that is changed at noon holds from then on', async () => {
    await start().run(...messages(10));
    expect(await start({ settings: { ...settings, limit: 15 } }).run(...messages(10))).toBe(5);
    expect(await start({ settings: { ...settings, limit: 12 } }).run(...messages(1))).toBe(1);
    expect(await start({ settings: { ...settings, limit: null } }).run(...messages(1))).toBe(0);
  });

  it('lets no call begin so near to a reset that nobody knows in which window it arrives', async () => {
    const worker = start();
    const { end } = window();
    clock.set(end - 9 * SECOND);
    expect(await worker.run(...messages(1))).toBe(1);
    clock.set(end + 9 * SECOND);
    expect(await worker.run(...messages(1))).toBe(1);
    expect(worker.hidden).toEqual([19 * SECOND, SECOND]);
    clock.set(end + 10 * SECOND);
    expect(await worker.run(...messages(1))).toBe(0);
  });

  it('is not waited for by a request that has its outcome', async () => {
    const worker = start({ settings: { ...settings, limit: 1 } });
    const ended = message('ended', {}, '2');
    await worker.run(ended);
    expect(await worker.run(ended)).toBe(0);
    expect(worker.called).toHaveLength(1);
  });

  it('cannot be taken from while the ledger refuses, and then nothing is called', async () => {
    const broken = { client: { send: () => Promise.reject(new Error('away')) }, table: 'ledger' };
    const worker = start({ database: broken as never });
    expect(await worker.run(...messages(2))).toBe(2);
    expect(worker.called).toEqual([]);
  });
});

describe('a paused account', () => {
  it('calls nothing while a person has paused it, and looks again every quarter of an hour', async () => {
    const worker = start();
    await stores().pauses.setPerson({ detail: 'bill', since: NOON }, plentyOfTime(clock));
    expect(await worker.run(...messages(1))).toBe(1);
    expect([worker.called, worker.hidden]).toEqual([[], [15 * MINUTE]]);
    await stores().pauses.resume(plentyOfTime(clock));
    clock.set(NOON + 6 * SECOND);
    expect(await worker.run(...messages(1))).toBe(0);
  });

  it('by evidence calls nothing though the count has some left, and then one call probes', async () => {
    const limits = plentyOfTime(clock);
    const { end } = window();
    await stores().pauses.pauseFor({ detail: 'said so', calledAt: NOON, until: end }, limits);
    const worker = start();
    expect(await worker.run(...messages(3))).toBe(3);
    expect(worker.called).toEqual([]);
    clock.set(end + 15 * SECOND);
    worker.hidden.length = 0;
    expect(await worker.run(...messages(3))).toBe(2);
    expect([worker.called.length, worker.hidden]).toEqual([1, [30 * SECOND, 30 * SECOND]]);
    expect(await countNow()).toMatchObject({ used: 1 });
    clock.set(end + 10 * MINUTE);
    expect(await worker.run(...messages(1))).toBe(1);
    await stores().pauses.endProbe(worker.called[0] ?? '', limits);
    clock.set(end + 11 * MINUTE);
    expect(await worker.run(...messages(3))).toBe(0);
  });

  it('has another call probe when the first was not accepted, and goes on when no completion comes', async () => {
    const { end } = window();
    await stores().pauses.pauseFor({ detail: 'said so', calledAt: NOON, until: end }, plentyOfTime(clock));
    clock.set(end + 15 * SECOND);
    const refused = start({ call: () => Promise.reject(new RefusedForGood('no', { status: 422, response: '{}' })) });
    expect(await refused.run(...messages(1))).toBe(0);
    const worker = start();
    expect(await worker.run(...messages(2))).toBe(1);
    clock.set(end + 16 * MINUTE);
    expect(await worker.run(...messages(2))).toBe(0);
  });
});

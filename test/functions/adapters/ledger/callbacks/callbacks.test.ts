import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCallbackStore } from '../../../../../functions/adapters/ledger/callbacks/callbacks.ts';
import { isSet } from '../../../../../functions/core/callback/callback.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());

const MINUTE = 60_000;
const secret = (salt: string) => ({ keyId: 'first', salt, createdAt: NOON });
const to = (path = '') => ({ url: `https://acme.example/${path}`, events: ['batch.finished'] as const });

let partners = 0;

/** The store as two containers use it, and a partner of the test's own. */
async function open() {
  const clock = standingClock();
  const limits = plentyOfTime(clock);
  const send = database.client.send.bind(database.client);
  const callbacks = createCallbackStore({ send, table: database.table, clock });
  const partner = `partner-${++partners}`;
  const find = () => callbacks.find(partner, limits);
  /** Sets the target, a minute after the one before. */
  async function aim(path = '') {
    clock.set(clock.now() + MINUTE);
    const callback = await callbacks.aim(partner, to(path), limits);
    if (!isSet(callback)) throw new Error('it has no secrets');
    return callback.target;
  }
  await callbacks.begin(partner, secret('1'), limits);
  return { callbacks, limits, partner, find, aim };
}

describe('the secrets of a callback', () => {
  it('stay those that were begun with, whoever begins once more', async () => {
    const { callbacks, limits, partner } = await open();
    expect(await callbacks.begin(partner, secret('2'), limits)).toEqual({ partner, secrets: [secret('1')] });
  });

  it('are replaced only by whoever knows those that there are', async () => {
    const { callbacks, limits, find } = await open();
    const before = await find();
    if (before === undefined) throw new Error('it was begun');
    expect(await callbacks.replaceSecrets(before, [secret('2'), secret('1')], limits)).toBe(true);
    expect(await callbacks.replaceSecrets(before, [secret('3'), secret('1')], limits)).toBe(false);
    expect((await find())?.secrets).toEqual([secret('2'), secret('1')]);
  });

  it('that were removed meanwhile leave nothing to set', async () => {
    const { callbacks, limits, partner, find } = await open();
    await callbacks.remove(partner, undefined, limits);
    expect(await callbacks.aim(partner, to(), limits)).toBeUndefined();
    expect(await find()).toBeUndefined();
  });
});

describe('a target', () => {
  it('fails since its first failure, whoever sees another one first', async () => {
    const { callbacks, limits, partner, find, aim } = await open();
    const target = await aim();
    await callbacks.failing(partner, target, NOON, limits);
    await callbacks.failing(partner, target, NOON + MINUTE, limits);
    expect((await find())?.target?.failingSince).toBe(NOON);
  });

  it('that is paused goes on after a test, and not after a callback that was under way', async () => {
    const { callbacks, limits, partner, find, aim } = await open();
    const target = await aim();
    const paused = { at: NOON, detail: 'it failed for a day' };
    await callbacks.failing(partner, target, NOON, limits);
    await callbacks.pause(partner, target, paused, limits);
    await callbacks.pause(partner, target, { at: NOON + MINUTE, detail: 'once more' }, limits);
    await callbacks.working(partner, target, 'failure', limits);
    expect((await find())?.target).toEqual({ ...target, paused });
    await callbacks.working(partner, target, 'pause', limits);
    expect((await find())?.target).toEqual(target);
  });

  it('that is set anew begins without a failure and without a pause, and keeps its age', async () => {
    const { callbacks, limits, partner, find, aim } = await open();
    const target = await aim();
    await callbacks.failing(partner, target, NOON, limits);
    await callbacks.pause(partner, target, { at: NOON, detail: 'it failed' }, limits);
    const next = await aim('next');
    expect((await find())?.target).toEqual(next);
    expect(next).toEqual({ ...to('next'), createdAt: target.createdAt, updatedAt: target.updatedAt + MINUTE });
  });

  it('gets nothing of what is learnt of the one before', async () => {
    const { callbacks, limits, partner, find, aim } = await open();
    const before = await aim();
    const next = await aim('next');
    await callbacks.failing(partner, before, NOON, limits);
    await callbacks.pause(partner, before, { at: NOON, detail: 'it failed' }, limits);
    await callbacks.remove(partner, before, limits);
    expect((await find())?.target).toEqual(next);
    await callbacks.failing(partner, next, NOON, limits);
    await callbacks.working(partner, before, 'pause', limits);
    expect((await find())?.target).toEqual({ ...next, failingSince: NOON });
    await callbacks.remove(partner, next, limits);
    expect(await find()).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { type Batch, newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { createFeederWatch } from '../../../../../functions/core/batch/feeding/feeder-watch.ts';
import type { Pause } from '../../../../../functions/core/budget/ports.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import { plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const MINUTE = 60_000;
const PAUSE: Pause = { reason: 'person', detail: 'a drill', since: 0 };

/** A batch of ten lines, of which none is sent. */
function batchOf(batchId: string, changes: Partial<Batch> = {}): Batch {
  const file = { bucket: 'uploads', key: `requests/${batchId}.ndjson`, version: '1' };
  const batch = newBatch({ batchId, name: batchId, source: 'upload', file, createdAt: 0 });
  const { refusal: _, ...check } = { ...unreadCheck(''), total: 10 };
  return { ...batch, check, ...changes };
}

/** A feeder's watch, and what it has counted of each metric. */
function startWatch() {
  const clock = standingClock();
  const account: { pause: Pause | undefined; leftForBulk: number; isAway: boolean } = {
    ...{ pause: undefined, leftForBulk: 5, isAway: false },
  };
  const counted: [name: string, value: number][] = [];
  const watch = createFeederWatch({
    clock,
    account: {
      pause: async () => {
        if (account.isAway) throw new DependencyUnavailable('ledger', new Error('away'));
        return account.pause;
      },
      budget: async () => ({ leftForBulk: account.leftForBulk }) as never,
    },
    metrics: { count: (name, value = 1) => counted.push([name, value]), flush: () => counted.push(['flush', 0]) },
  });
  /** A look at the end of each of so many minutes. @returns what the last one counted */
  async function look(minutes: number, ...open: Batch[]): Promise<Record<string, number>> {
    for (let minute = 0; minute < minutes; minute += 1) {
      clock.set(clock.now() + MINUTE);
      counted.length = 0;
      await watch(open, plentyOfTime(clock));
    }
    return Object.fromEntries(counted);
  }
  return { look, account, clock, watch: (...open: Batch[]) => watch(open, plentyOfTime(clock)), counted };
}

describe('the feeder', () => {
  it('counts the open batches once a minute, however often it turns, and tells at once', async () => {
    const { watch, counted, clock } = startWatch();
    await watch();
    await watch(batchOf('one'));
    expect(counted).toEqual([
      ['OpenBatches', 0],
      ['flush', 0],
    ]);
    clock.set(clock.now() + MINUTE);
    await watch(batchOf('one'), batchOf('two'));
    expect(counted.slice(2)).toEqual([
      ['OpenBatches', 2],
      ['flush', 0],
    ]);
    // A run may begin some seconds early.
    clock.set(clock.now() + 50_000);
    await watch(batchOf('one'));
    expect(counted.slice(4)).toHaveLength(2);
  });

  it('counts in its next turn what it could not look at', async () => {
    const { watch, counted, account } = startWatch();
    account.isAway = true;
    await expect(watch(batchOf('one'))).rejects.toThrow(DependencyUnavailable);
    account.isAway = false;
    await watch(batchOf('one'));
    expect(counted[0]).toEqual(['OpenBatches', 1]);
  });

  it('counts the minutes in which the account is paused, with batches and without', async () => {
    const { look, account } = startWatch();
    expect(await look(1)).not.toHaveProperty('PausedMinutes');
    account.pause = PAUSE;
    expect(await look(1)).toMatchObject({ PausedMinutes: 1, OpenBatches: 0 });
    expect(await look(1, batchOf('one'))).toMatchObject({ PausedMinutes: 1, OpenBatches: 1 });
  });
});

describe('a batch', () => {
  it('has stalled when its lines may be sent, and for an hour none was sent or ended', async () => {
    const { look } = startWatch();
    expect(await look(60, batchOf('one'))).not.toHaveProperty('StalledBatches');
    expect(await look(1, batchOf('one'))).toMatchObject({ StalledBatches: 1 });
    const { feed } = batchOf('one');
    const sent = { feed: { ...feed, lines: 1, sent: 2, fed: { offset: 40, line: 2 } } };
    const ended = { ...sent, tally: { started: 0, finished: 1, failed: 0, returned: 0 } };
    for (const advanced of [sent, ended]) {
      expect(await look(1, batchOf('one', advanced))).not.toHaveProperty('StalledBatches');
      expect(await look(60, batchOf('one', advanced))).toMatchObject({ StalledBatches: 1 });
    }
  });

  it.each(['started', 'returned', 'finished', 'failed'])(
    'has not when a line of it has %s meanwhile',
    async (which) => {
      const { look } = startWatch();
      expect(await look(60, batchOf('one'))).not.toHaveProperty('StalledBatches');
      const tally = { ...batchOf('one').tally, [which]: 1 };
      expect(await look(1, batchOf('one', { tally }))).not.toHaveProperty('StalledBatches');
    },
  );

  it.each([
    ['is paused by its owner', [batchOf('one', { control: 'paused' })]],
    ['is not checked yet', [newBatch({ ...batchOf('one'), check: undefined } as never)]],
    ['has no line left to send', [batchOf('one', { check: { ...unreadCheck(''), total: 0 } })]],
  ])('has not when it %s', async (_, open) => {
    const { look } = startWatch();
    expect(await look(70, ...open)).not.toHaveProperty('StalledBatches');
  });

  it('has not while an older one of its owner is sent, but beside that of another owner', async () => {
    const { look } = startWatch();
    const open = [batchOf('old'), batchOf('new'), batchOf('other', { partner: 'acme' })];
    expect(await look(61, ...open)).toMatchObject({ StalledBatches: 2 });
  });

  it.each([
    ['the account is paused', (account: { pause: Pause | undefined }) => (account.pause = PAUSE)],
    ['the daily limit leaves it nothing', (account: { leftForBulk: number }) => (account.leftForBulk = 0)],
  ])('has not while %s, nor in the hour after', async (_, change) => {
    const { look, account } = startWatch();
    await look(30, batchOf('one'));
    change(account as never);
    expect(await look(120, batchOf('one'))).not.toHaveProperty('StalledBatches');
    Object.assign(account, { pause: undefined, leftForBulk: 5 });
    expect(await look(60, batchOf('one'))).not.toHaveProperty('StalledBatches');
    expect(await look(1, batchOf('one'))).toMatchObject({ StalledBatches: 1 });
  });

  it('is judged anew by a container that has not looked for longer than a run takes', async () => {
    const { look, clock } = startWatch();
    await look(1, batchOf('one'));
    clock.set(clock.now() + 90 * MINUTE);
    expect(await look(1, batchOf('one'))).not.toHaveProperty('StalledBatches');
    await look(14, batchOf('one'));
    clock.set(clock.now() + 18 * MINUTE);
    expect(await look(27, batchOf('one'))).not.toHaveProperty('StalledBatches');
    expect(await look(1, batchOf('one'))).toMatchObject({ StalledBatches: 1 });
  });
});

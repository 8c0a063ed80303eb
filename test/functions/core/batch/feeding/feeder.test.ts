import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import type { Turn } from '../../../../../functions/core/batch/feeding/fair-shares.ts';
import type { FeedBatch } from '../../../../../functions/core/batch/feeding/feed-batch.ts';
import { createFeeder } from '../../../../../functions/core/batch/feeding/feeder.ts';
import type { FedBatch, FeedLedger } from '../../../../../functions/core/batch/feeding/ports.ts';
import { UploadForbidden } from '../../../../../functions/core/batch/ports.ts';
import type { AccountState } from '../../../../../functions/core/budget/ports.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import { listeningLogger, listeningMetrics, NOON, standingClock } from '../../../../support/fixtures.ts';

const { refusal: _, ...nothing } = unreadCheck('');

interface Surroundings {
  readonly isPaused?: boolean;
  readonly leftForBulk?: number;
  /** Lines that the queue has room for. @param queued lines that it has already */
  readonly room?: number | ((queued: number) => number);
  /** Lines that are sent again before others. */
  readonly again?: number;
  /** Takes what the queue's room is told of. */
  readonly told?: number[];
  /** Whose batches are open, the oldest first; undefined is the operator's. */
  readonly owners?: readonly (string | undefined)[];
  /** The open batches, in place of one for each owner. */
  readonly batches?: readonly FedBatch[];
  /** Lines that were counted, turn by turn. */
  readonly counted?: readonly number[];
  /** Takes what is read, written, and let go of. */
  readonly steps?: string[];
  /** Every line of the batches has ended: this ends each of them. */
  readonly endBatch?: () => Promise<void>;
  /** Whether another feeder has the lease by now. */
  readonly isTaken?: () => boolean;
  readonly metrics?: ReturnType<typeof listeningMetrics>;
  /** Takes for how long each lease is taken, ms. */
  readonly leases?: number[];
}

/** A batch of 100 lines, of which 8 are queued. */
function openBatch(partner: string | undefined, batchId = `b_${partner}`): FedBatch {
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const check = { ...nothing, total: 100 };
  const owner = partner === undefined ? {} : { partner };
  const batch = newBatch({ batchId, name: 'a', source: 'upload', file, createdAt: NOON, check, ...owner });
  const fed = { ...batch, feed: { sent: 9, fed: { offset: 0, line: 9 }, lines: 8, isFed: false } };
  return { batch: fed, revision: 1, journal: [] };
}

/** The same with nothing but those 8, which are finished. */
function endedBatch(partner: string | undefined): FedBatch {
  const { batch, ...fed } = openBatch(partner);
  const ended = { check: { ...nothing, total: 8 }, tally: { ...batch.tally, finished: 8 } };
  return { ...fed, batch: { ...batch, ...ended, feed: { ...batch.feed, isFed: true } } };
}

/** @returns starts a run of the feeder, which goes on where the one before stopped, until the signal is aborted */
function createRuns(
  { owners = [undefined], batches, room = 50, again = 0, told = [], steps = [], leases = [], ...rest }: Surroundings,
  feed: FeedBatch['feed'],
  clock = standingClock(),
  log = listeningLogger(),
) {
  const { endBatch, isTaken } = rest;
  const opened = () =>
    batches ?? owners.map((owner) => (endBatch === undefined ? openBatch(owner) : endedBatch(owner)));
  const counted = rest.counted?.values();
  let turn: Turn | undefined;
  const run = createFeeder({
    ledger: {
      lease: async (_owner, until) => {
        leases.push(until - clock.now());
        if (isTaken?.()) return undefined;
        return turn === undefined ? {} : { turn };
      },
      release: async (_owner, left) => {
        turn = left;
        steps.push('release');
        // It ends no run: the lease is over soon by itself.
        throw new DependencyUnavailable('ledger', new Error('away'));
      },
      openBatches: async () => {
        steps.push(`read at ${clock.now() - NOON}`);
        return opened();
      },
      find: async (batchId) => opened().find(({ batch }) => batch.batchId === batchId),
      save: async (next) => {
        steps.push(`save ${next.batch.feed.sent}`);
        return next;
      },
      close: async () => {},
    } satisfies FeedLedger,
    counting: { count: async () => counted?.next().value ?? 0, write: async () => {} },
    resendLines: async () => again,
    feeding: { feed, close: async (batchId) => void steps.push(`close ${batchId}`) },
    endBatch: endBatch ?? (async () => {}),
    room: {
      look: async (queued) => (typeof room === 'number' ? room : room(queued)),
      sent: (count) => void told.push(count),
    },
    account: {
      pause: async () => (rest.isPaused ? { reason: 'person', detail: '', since: NOON } : undefined),
      budget: async () => ({ leftForBulk: rest.leftForBulk ?? Number.POSITIVE_INFINITY }),
    } as unknown as AccountState,
    ...{ clock, randomId: () => 'feeder', log, metrics: rest.metrics ?? listeningMetrics() },
  });
  return (signal: AbortSignal) => run({ deadline: NOON + 900_000, signal });
}

/** Each run ends after its first turn. @returns how many lines it was ready to send, by their owners */
function createTurns(surroundings: Surroundings) {
  let asked: Record<string, number> = {};
  let stop = new AbortController();
  const run = createRuns(surroundings, async ({ batch: { partner = '' } }, most) => {
    asked[partner] = most;
    stop.abort();
    return most;
  });
  return async () => {
    asked = {};
    stop = new AbortController();
    await run(stop.signal);
    return asked;
  };
}

/** How many lines a feeder is ready to send in one turn. */
async function feed(surroundings: Surroundings): Promise<readonly number[]> {
  return Object.values(await createTurns(surroundings)());
}

describe('the feeder sends', () => {
  it('as many lines as the queue has room for', async () => expect(await feed({})).toEqual([50]));

  it('lines again before others, and the room that both take is used', async () => {
    const told: number[] = [];
    const metrics = listeningMetrics();
    expect(await feed({ again: 5, told, metrics })).toEqual([45]);
    const fed = metrics.values.filter(([name]) => name === 'FedLines');
    expect({ told, fed }).toEqual({ told: [50], fed: [['FedLines', 50]] });
  });

  it('nothing while the account is paused', async () => expect(await feed({ isPaused: true })).toEqual([]));

  it.each([
    [20, [12]],
    [8, []],
  ])('what the daily limit leaves to batches, %d, less what is queued already: %j', async (leftForBulk, lines) => {
    expect(await feed({ leftForBulk })).toEqual(lines);
  });

  it('no batch a second time while it still sends it, also when another owner’s could not be sent', async () => {
    const stop = new AbortController();
    const turns: string[] = [];
    const run = createRuns({ owners: ['acme', 'globex'] }, async ({ batch: { partner } }, most) => {
      if (turns.length === 4) stop.abort();
      if (partner === 'acme') throw new DependencyUnavailable('ledger', new Error('away'));
      turns.push('begins');
      // Longer than a failed turn of another owner's and the beginning of the next one.
      for (let step = 0; step < 50; step += 1) await nextLoop();
      turns.push('ends');
      return most;
    });
    await expect(run(stop.signal)).rejects.toThrow(DependencyUnavailable);
    expect(turns).toEqual(['begins', 'ends', 'begins', 'ends', 'begins', 'ends']);
  });
});

describe('of several batches of one owner', () => {
  it('the lines of the oldest are sent first, and what all of them have queued is counted', async () => {
    const stop = new AbortController();
    const sent: Record<string, number> = {};
    const queued: number[] = [];
    const batches = [openBatch('acme', 'b_old'), openBatch('acme', 'b_new'), openBatch('acme', 'b_newest')];
    const room = (lines: number) => {
      queued.push(lines);
      return 1000;
    };
    const run = createRuns({ batches, room, again: 2, leftForBulk: 124 }, async ({ batch: { batchId } }, most) => {
      sent[batchId] = most;
      stop.abort();
      return most;
    });
    await run(stop.signal);
    expect([sent, queued]).toEqual([{ b_old: 90, b_new: 6 }, [24]]);
  });
});

describe.each(['paused', 'cancelled'] as const)('beside a batch that is %s', (control) => {
  it('only as many lines are sent as its queued ones leave of the day and of the queue', async () => {
    const stop = new AbortController();
    const queued: number[] = [];
    const sent: number[] = [];
    const { batch, ...stopped } = openBatch('globex');
    const batches = [openBatch('acme'), { ...stopped, batch: { ...batch, control } }];
    const room = (lines: number) => {
      queued.push(lines);
      return 1000;
    };
    const run = createRuns({ batches, room, leftForBulk: 20 }, async (_open, most) => {
      sent.push(most);
      stop.abort();
      return most;
    });
    await run(stop.signal);
    expect({ queued, sent }).toEqual({ queued: [16], sent: [4] });
  });
});

describe('a batch that its owner pauses', () => {
  it('is sent no more from then on', async () => {
    const clock = standingClock();
    const open = openBatch('acme');
    const batches = [open];
    const sentAt: number[] = [];
    const run = createRuns(
      { batches },
      async (_open, most) => {
        sentAt.push(clock.now() - NOON);
        batches[0] = { ...open, batch: { ...open.batch, control: 'paused' } };
        return most;
      },
      clock,
    );
    await run(new AbortController().signal);
    expect(sentAt).toEqual([0]);
  });
});

describe('a batch whose messages may be missing', () => {
  it('gets them before it ends, which is written, and then its file and the lease are let go of', async () => {
    const steps: string[] = [];
    const { batch, ...fed } = endedBatch('acme');
    const batches = [{ ...fed, batch: { ...batch, feed: { ...batch.feed, sent: 7 } } }];
    const endBatch = async () => void steps.push('end');
    const run = createRuns({ batches, steps, endBatch }, async (open, most) => {
      steps.push(`feed ${most}`);
      open.change({ feed: { ...open.batch.feed, sent: 9 } });
      return 0;
    });
    await run(new AbortController().signal);
    expect(steps).toEqual(['read at 0', 'feed 0', 'save 9', 'close b_acme', 'release']);
  });
});

describe('a run of the feeder', () => {
  /** A run that is stopped after so many seconds. @returns when it sent, and when it ended, in s */
  async function runFor(seconds: number, surroundings: Surroundings, fails: (turn: number) => boolean = () => false) {
    const clock = standingClock();
    const stop = new AbortController();
    const sentAt: number[] = [];
    const now = () => (clock.now() - NOON) / 1000;
    const feedOne: FeedBatch['feed'] = async (_open, most) => {
      sentAt.push(now());
      if (now() >= seconds) stop.abort();
      if (fails(sentAt.length)) throw new DependencyUnavailable('ledger', new Error('away'));
      return most;
    };
    const failed = await createRuns(surroundings, feedOne, clock)(stop.signal).catch((error: unknown) => error);
    return { sentAt, endedAt: now(), failed };
  }

  it('looks for new batches every five seconds', async () => {
    const steps: string[] = [];
    await runFor(12, { steps });
    expect(steps.filter((step) => step.startsWith('read'))).toEqual(['read at 0', 'read at 5000', 'read at 10000']);
  });

  it('prolongs its lease every ten seconds', async () => {
    const leases: number[] = [];
    await runFor(25, { leases });
    expect(leases).toEqual([30_000, 30_000, 30_000]);
  });

  it('ends when the queue has had no room for ten seconds', async () => {
    let looks = 0;
    const room = () => (++looks <= 3 ? 50 : 0);
    expect(await runFor(60, { room })).toMatchObject({ sentAt: [0, 1, 2], endedAt: 12 });
  });

  it('begins no turn in its last half minute', async () => {
    expect(await runFor(900, {})).toMatchObject({ endedAt: 870, failed: undefined });
  });

  it('goes on while there is something to count', async () => {
    expect(await runFor(60, { isPaused: true, counted: [3, 1] })).toMatchObject({ endedAt: 2 });
  });

  it('goes on after failed turns, and ends with the third in a row', async () => {
    expect(await runFor(8, {}, (turn) => turn % 3 !== 0)).toMatchObject({ endedAt: 8, failed: undefined });
    const { sentAt, failed } = await runFor(60, {}, () => true);
    expect([sentAt.length, failed]).toEqual([3, expect.any(DependencyUnavailable)]);
  });

  it('waits five seconds for another one that is about to end', async () => {
    const leases: number[] = [];
    expect(await runFor(60, { isTaken: () => true, leases })).toMatchObject({ sentAt: [], endedAt: 5 });
    expect(leases).toHaveLength(6);
    await createRuns({ isTaken: () => true, leases }, async () => 0)(AbortSignal.abort());
    expect(leases).toHaveLength(7);
  });
});

describe('a batch whose end takes long', () => {
  it('is ended behind its file, and before the run that was told to stop', async () => {
    const steps: string[] = [];
    const stop = new AbortController();
    const endBatch = async () => {
      stop.abort();
      for (let step = 0; step < 5; step += 1) await nextLoop();
      steps.push('end');
    };
    await createRuns({ owners: ['acme'], steps, endBatch }, async () => 0)(stop.signal);
    expect(steps).toEqual(['read at 0', 'close b_acme', 'end', 'release']);
  });

  it('fails the run when it cannot be ended, so that somebody looks, and the others are fed all the same', async () => {
    const stop = new AbortController();
    const sent: string[] = [];
    const endBatch = () => Promise.reject(new DependencyUnavailable('result queue', new Error('away')));
    const batches = [endedBatch('acme'), openBatch('globex')];
    const run = createRuns({ batches, endBatch }, async ({ batch: { partner = '' } }, most) => {
      sent.push(partner);
      if (sent.length > 1) stop.abort();
      return most;
    });
    await expect(run(stop.signal)).rejects.toThrow(DependencyUnavailable);
    expect(sent).toEqual(['globex', 'globex']);
  });

  it('is ended once, however often the feeder finds it open meanwhile', async () => {
    const clock = standingClock();
    const owners = ['acme'];
    let ends = 0;
    const endBatch = async () => {
      ends += 1;
      while (clock.now() < NOON + 60_000) await Promise.resolve();
      owners.length = 0;
    };
    const run = createRuns({ owners, endBatch }, async () => 0, clock);
    await run(new AbortController().signal);
    expect([ends, clock.now()]).toEqual([1, NOON + 60_000]);
  });
});

describe('run after run of the feeder', () => {
  it('goes on with the owner at whom the last one stopped, so that few lines a run starve nobody', async () => {
    const run = createTurns({ room: 4, owners: ['old', undefined, 'new'] });
    const sent: Record<string, number>[] = [];
    for (let runs = 0; runs < 6; runs += 1) sent.push(await run());
    expect(sent).toEqual([{ '': 4 }, { '': 4 }, { '': 2, new: 2 }, { new: 4 }, { new: 4 }, { old: 4 }]);
  });
});

describe('a feeder whose lease another one has taken', () => {
  it('sends nothing more once it knows, and says so', async () => {
    const [clock, log] = [standingClock(), listeningLogger()];
    const sentAt: number[] = [];
    const leases: number[] = [];
    const isTaken = () => sentAt.length > 0;
    const feedOne = async () => {
      sentAt.push(clock.now() - NOON);
      return 1;
    };
    await createRuns({ isTaken, leases }, feedOne, clock, log)(new AbortController().signal);
    expect(leases).toEqual([30_000, 30_000]);
    expect(Math.max(...sentAt)).toBeLessThan(30_000);
    expect(log.lines.at(-1)).toMatchObject({
      level: 'warn',
      message: 'the feeder ends, since another one has taken over',
    });
  });

  it('is not over before the batches that it ends', async () => {
    const clock = standingClock();
    const steps: string[] = [];
    let isLost = false;
    const endBatch = async () => {
      while (!isLost) await Promise.resolve();
      for (let step = 0; step < 5; step += 1) await nextLoop();
      steps.push('end');
    };
    const isTaken = () => {
      isLost = clock.now() > NOON;
      return isLost;
    };
    const run = createRuns({ owners: ['acme'], steps, endBatch, isTaken }, async () => 0, clock);
    await run(new AbortController().signal);
    expect(steps.slice(-2)).toEqual(['end', 'release']);
  });
});

describe('a batch whose file may not be read', () => {
  it('is tried once a run, and keeps nobody else’s waiting; the run fails, so that somebody looks', async () => {
    const stop = new AbortController();
    const tried: string[] = [];
    const log = listeningLogger();
    const feedOne: FeedBatch['feed'] = async ({ batch: { partner = '' } }, most) => {
      tried.push(partner);
      if (partner === 'acme') throw new UploadForbidden('no');
      if (tried.length > 3) stop.abort();
      return most;
    };
    const run = createRuns({ owners: ['acme', 'globex'] }, feedOne, standingClock(), log);
    await expect(run(stop.signal)).rejects.toThrow(UploadForbidden);
    expect(tried).toEqual(['acme', 'globex', 'globex', 'globex']);
    expect(log.lines).toMatchObject([{ level: 'error', facts: { batch_id: 'b_acme' } }]);
  });
});

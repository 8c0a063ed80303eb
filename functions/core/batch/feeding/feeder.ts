import type { AccountState } from '../../budget/ports.ts';
import { concurrently } from '../../concurrently.ts';
import { DependencyUnavailable } from '../../errors.ts';
import { loggedError } from '../../logged-error.ts';
import type { Clock, Limits, Logger, Metrics } from '../../ports.ts';
import { countsOf, hasEnded } from '../batch.ts';
import { UploadForbidden } from '../ports.ts';
import type { CountLines } from './count-lines.ts';
import type { EndBatch } from './end-batch.ts';
import { createFairShares, type Turn } from './fair-shares.ts';
import { type FeedBatch, hasUnsent } from './feed-batch.ts';
import { createFeederWatch, type FeederWatch } from './feeder-watch.ts';
import { createOpenBatch, LeaseLost, linesToSend, type OpenBatch } from './open-batch.ts';
import type { FeederLease, FeedLedger } from './ports.ts';
import type { QueueRoom } from './queue-room.ts';
import type { ResendLines } from './resend-lines.ts';

export interface FeederParts {
  readonly ledger: FeedLedger;
  readonly counting: CountLines;
  readonly resendLines: ResendLines;
  readonly feeding: FeedBatch;
  readonly endBatch: EndBatch;
  readonly room: QueueRoom;
  readonly account: AccountState;
  readonly clock: Clock;
  readonly randomId: () => string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Serves all open batches for as long as there is something to do. */
export type RunFeeder = (limits: Limits) => Promise<void>;

/** How long a feeder is believed to be alive after it was last heard of. */
const LEASE_MS = 30_000;
const PROLONG_AFTER_MS = 10_000;
/** How long it is waited for another feeder that is about to end: it may not have seen the newest batch. */
const TAKE_OVER_MS = 5000;
const TURN_MS = 1000;
/** How often it is looked for new batches, and for those that their owners have resumed. */
const REFRESH_MS = 5000;
/** A queue that has had no room for so long does not get empty soon: the next minute's feeder looks again. */
const FULL_MS = 10_000;
/** Left of the invocation when a turn begins. */
const CLOSING_MS = 30_000;
const MAX_FAILED_TURNS = 3;
/** Batches that are counted at once. */
const CONCURRENT = 10;

export function createFeeder(parts: FeederParts): RunFeeder {
  const { ledger, clock, randomId, log } = parts;
  const watch = createFeederWatch(parts);

  async function takeLease(owner: string, limits: Limits): Promise<FeederLease | undefined> {
    const until = clock.now() + TAKE_OVER_MS;
    for (;;) {
      const lease = await ledger.lease(owner, clock.now() + LEASE_MS, limits);
      if (lease !== undefined || clock.now() >= until || limits.signal.aborted) return lease;
      await clock.sleep(TURN_MS, limits.signal);
    }
  }

  return async (limits) => {
    const owner = randomId();
    const lease = await takeLease(owner, limits);
    if (lease === undefined) return log.info('the feeder ends, since another one is at work');
    const run = createRun({ ...parts, watch }, owner, lease.turn, limits);
    try {
      await run.serve();
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      log.warn('the feeder ends, since another one has taken over');
      return;
    } finally {
      await run.close();
    }
  };
}

/** One run of the feeder, while it has the lease. */
function createRun(
  parts: FeederParts & { readonly watch: FeederWatch },
  owner: string,
  turnBefore: Turn | undefined,
  limits: Limits,
) {
  const { ledger, counting, resendLines, feeding, endBatch, room, account, watch, clock, log, metrics } = parts;
  const open = new Map<string, OpenBatch>();
  const ending = new Map<string, Promise<void>>();
  const forbidden = new Map<string, UploadForbidden>();
  const shares = createFairShares(turnBefore);
  const stopAt = limits.deadline - CLOSING_MS;
  let leasedAt = clock.now();
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let roomyAt = clock.now();
  let failure: unknown;

  async function keepLease(): Promise<void> {
    if (clock.now() - leasedAt < PROLONG_AFTER_MS) return;
    leasedAt = clock.now();
    const lease = await ledger.lease(owner, clock.now() + LEASE_MS, limits);
    if (lease === undefined) throw new LeaseLost('another feeder has the lease');
  }

  async function refresh(): Promise<void> {
    if (clock.now() - refreshedAt < REFRESH_MS) return;
    refreshedAt = clock.now();
    for (const read of await ledger.openBatches(limits)) {
      const { batchId } = read.batch;
      const known = open.get(batchId);
      if (ending.has(batchId)) continue;
      if (known !== undefined) known.refresh(read);
      else open.set(batchId, createOpenBatch(ledger, read));
    }
  }

  /** @returns how many lines were counted */
  async function countAll(): Promise<number> {
    let counted = 0;
    await concurrently([...open.values()], CONCURRENT, async (batch) => {
      const ofBatch = await counting.count(batch, limits);
      counted += ofBatch;
      if (hasEnded(batch.batch) && !hasUnsent(batch)) end(batch);
    });
    return counted;
  }

  // Beside the turns: a million lines' results take a minute, for which the others must not wait.
  function end(batch: OpenBatch): void {
    const { batchId } = batch.batch;
    open.delete(batchId);
    const ended = feeding.close(batchId).then(() => endBatch(batch, limits));
    ending.set(batchId, ended.catch((error) => note(error, batchId)).finally(() => ending.delete(batchId))); // biome-ignore format: one thought
  }

  function note(error: unknown, batchId?: string): void {
    if (batchId !== undefined) failure = error;
    log.error('the feeder could not do all of its work', { batch_id: batchId, ...loggedError(error) });
  }

  /** How many lines may be sent now. */
  async function allowance(): Promise<number> {
    if ((await account.pause(limits)) !== undefined) return 0;
    const { leftForBulk } = await account.budget(limits);
    return Math.max(0, leftForBulk - queuedLines());
  }

  const queuedLines = () => [...open.values()].reduce((sum, { batch }) => sum + countsOf(batch).queued, 0);

  /** @returns how many lines were sent; undefined when there is nothing that may be sent soon */
  async function feedAll(): Promise<number | undefined> {
    await concurrently([...open.values()].filter(hasUnsent), CONCURRENT, (batch) => feeding.feed(batch, 0, limits));
    const waiting = byOwner([...open.values()].filter((batch) => linesToSend(batch) > 0 && !isForbidden(batch)));
    if (waiting.size === 0) return undefined;
    const allowed = await allowance();
    if (allowed === 0) return undefined;
    const free = await room.look(queuedLines(), limits);
    if (free > 0) roomyAt = clock.now();
    else if (clock.now() - roomyAt >= FULL_MS) return undefined;
    const wants = new Map([...waiting].map(([name, batches]) => [name, batches.reduce((sum, batch) => sum + linesToSend(batch), 0)])); // biome-ignore format: one thought
    const granted = shares.take(Math.min(free, allowed), wants);
    let sent = 0;
    // Settles when none is under way: the next turn must not take up a batch whose lines are still being written.
    await concurrently(granted, granted.size, async ([name, share]) => {
      const ofOwner = await feedOwner(waiting.get(name) ?? [], share);
      sent += ofOwner;
    });
    return sent;
  }

  /** The oldest batch first. */
  async function feedOwner(batches: readonly OpenBatch[], share: number): Promise<number> {
    let sent = 0;
    for (const batch of batches) {
      if (sent < share) sent += await feedOne(batch, Math.min(share - sent, linesToSend(batch)));
    }
    return sent;
  }

  /** Takes what the owner wants by now: a pause or a cancel that was confirmed holds for what is sent next. */
  async function isWanted(batch: OpenBatch): Promise<boolean> {
    const read = await ledger.find(batch.batch.batchId, limits);
    if (read !== undefined) batch.refresh(read);
    return read !== undefined && linesToSend(batch) > 0;
  }

  async function feedOne(batch: OpenBatch, most: number): Promise<number> {
    if (!(await isWanted(batch))) return 0;
    try {
      const again = await resendLines(batch, most, limits);
      const next = await feeding.feed(batch, most - again, limits);
      room.sent(again + next);
      metrics.count('FedLines', again + next);
      return again + next;
    } catch (error) {
      if (!(error instanceof UploadForbidden)) throw error;
      forbidden.set(batch.batch.batchId, error);
      note(error, batch.batch.batchId);
      return 0;
    }
  }

  const isForbidden = ({ batch }: OpenBatch) => forbidden.has(batch.batchId);

  /** @returns whether another turn may find something to do */
  async function turn(): Promise<boolean> {
    await keepLease();
    await refresh();
    const counted = await countAll();
    await watch(
      [...open.values()].map(({ batch }) => batch),
      limits,
    );
    const sent = await feedAll();
    return counted > 0 || sent !== undefined || ending.size > 0;
  }

  async function serve(): Promise<void> {
    let failed = 0;
    let begunAt = Number.NEGATIVE_INFINITY;
    while (clock.now() < stopAt && !limits.signal.aborted) {
      await clock.sleep(Math.max(0, begunAt + TURN_MS - clock.now()), limits.signal);
      begunAt = clock.now();
      try {
        const isBusy = await turn();
        failed = 0;
        if (!isBusy) break;
      } catch (error) {
        if (!(error instanceof DependencyUnavailable)) throw error;
        note(error);
        failed += 1;
        if (failed < MAX_FAILED_TURNS) continue;
        failure = error;
        break;
      }
    }
    await Promise.all(ending.values());
    for (const batch of open.values()) if (batch.isDirty) await batch.save(limits);
    if (failure !== undefined) throw failure;
  }

  return {
    serve,
    async close(): Promise<void> {
      // Where the lease was lost, batches may still be ending: nothing goes on when the invocation is over.
      await Promise.all([...ending.values(), ...[...open.keys()].map(feeding.close)]);
      await ledger.release(owner, shares.turn, limits).catch(() => {});
    },
  };
}

function byOwner(batches: readonly OpenBatch[]): ReadonlyMap<string, readonly OpenBatch[]> {
  return Map.groupBy(batches, ({ batch }) => batch.partner ?? '');
}

import type { AccountState } from '../../budget/ports.ts';
import type { Clock, Limits, Metrics } from '../../ports.ts';
import type { Batch } from '../batch.ts';
import { linesToSend } from './open-batch.ts';
import { createStandstill } from './standstill.ts';

export interface FeederWatchParts {
  readonly account: Pick<AccountState, 'budget' | 'pause'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly metrics: Metrics;
}

/** Counts once a minute how the open batches and the account are. @throws DependencyUnavailable */
export type FeederWatch = (open: readonly Batch[], limits: Limits) => Promise<void>;

/** A little less than the schedule's minute: a run may begin some seconds early. */
const EACH_MS = 50_000;

/** Lives as long as its container, so that it knows a batch from one run to the next. */
export function createFeederWatch({ account, clock, metrics }: FeederWatchParts): FeederWatch {
  const standstill = createStandstill();
  let lookedAt = Number.NEGATIVE_INFINITY;

  /** Whether bulk may be sent. */
  async function lookAtAccount(limits: Limits): Promise<boolean> {
    if ((await account.pause(limits)) !== undefined) {
      metrics.count('PausedMinutes');
      return false;
    }
    return (await account.budget(limits)).leftForBulk > 0;
  }

  return async (open, limits) => {
    const now = clock.now();
    if (now - lookedAt < EACH_MS) return;
    const maySend = await lookAtAccount(limits);
    lookedAt = now;
    metrics.count('OpenBatches', open.length);
    const stalled = standstill.look(maySend ? firstOfEachOwner(open) : [], now);
    if (stalled > 0) metrics.count('StalledBatches', stalled);
    // A run may take a quarter of an hour: alarms do not wait for its end.
    metrics.flush();
  };
}

/** Those that may send lines, without those behind an older one of the same owner, whose turn it is not. @param open oldest first */
function firstOfEachOwner(open: readonly Batch[]): readonly Batch[] {
  const waiting = open.filter((batch) => linesToSend({ batch }) > 0);
  return [...Map.groupBy(waiting, ({ partner }) => partner ?? '').values()].flatMap(([first]) => first ?? []);
}

import { loggedError } from '../logged-error.ts';
import type { Limits, Logger } from '../ports.ts';
import type { WakeFeeder } from './ports.ts';

export interface WakeFeederParts {
  readonly feeder: WakeFeeder;
  readonly log: Logger;
}

/** Wakes the feeder for a batch that is in the ledger. Never rejects: a feeder that cannot be woken comes by itself within a minute. */
export async function wakeFeeder({ feeder, log }: WakeFeederParts, batchId: string, limits: Limits): Promise<void> {
  try {
    await feeder.wake(batchId, limits);
  } catch (error) {
    log.warn('the feeder could not be woken', { batch_id: batchId, ...loggedError(error) });
  }
}

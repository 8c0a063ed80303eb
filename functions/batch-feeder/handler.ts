import type { Context } from 'aws-lambda';
import type { RunFeeder } from '../core/batch/feeding/feeder.ts';
import type { Clock } from '../core/ports.ts';
import { recordError, type Telemetry } from '../core/telemetry.ts';
import { parseWaking } from './event.ts';

export interface FeederHandlerParts extends Telemetry {
  readonly runFeeder: RunFeeder;
  readonly clock: Pick<Clock, 'now'>;
}

/** Serves all open batches, whatever woke it. */
export function createFeederHandler({ runFeeder, clock, log, metrics }: FeederHandlerParts) {
  return async (event: unknown, context: Context, { signal }: { signal: AbortSignal }): Promise<void> => {
    const deadline = clock.now() + context.getRemainingTimeInMillis();
    log.debug('the feeder was woken', () => parseWaking(event));
    try {
      await runFeeder({ deadline, signal });
    } catch (error) {
      // Lambda repeats the run, and writes of an error nothing that is behind it.
      recordError({ log, metrics }, 'the run failed', error);
      throw error;
    } finally {
      metrics.flush();
    }
  };
}

import type { Context } from 'aws-lambda';
import type { Sweep } from '../core/completion/sweep/sweep.ts';
import type { Clock } from '../core/ports.ts';
import { recordError, type Telemetry } from '../core/telemetry.ts';

export interface SweepHandlerParts extends Telemetry {
  readonly sweep: Sweep;
  readonly clock: Pick<Clock, 'now'>;
}

/** Looks at the images that are due. The schedule's event says nothing. */
export function createSweepHandler({ sweep, clock, log, metrics }: SweepHandlerParts) {
  return async (_event: unknown, context: Context, { signal }: { signal: AbortSignal }): Promise<void> => {
    try {
      await sweep({ deadline: clock.now() + context.getRemainingTimeInMillis(), signal });
    } catch (error) {
      // Lambda repeats the run, and writes of an error nothing that is behind it.
      recordError({ log, metrics }, 'the sweep failed', error);
      throw error;
    } finally {
      metrics.flush();
    }
  };
}

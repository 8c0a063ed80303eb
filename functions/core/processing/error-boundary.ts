import type { Random } from '../ports.ts';
import { recordError, type Telemetry } from '../telemetry.ts';
import type { Disposition } from './delivery.ts';

/** How long a message waits after a failed step; random jitter adds up to as much again. */
const DEPENDENCY_WAIT_MS = 15_000;

/** Keeps an error of one message away from the others: this message alone waits. Lambda sees no error, so it is counted. */
export function withErrorBoundary<Given extends readonly unknown[]>(
  { random, ...telemetry }: Telemetry & { readonly random: Random },
  requestIdOf: (...given: Given) => string,
  work: (...given: Given) => Promise<Disposition>,
): (...given: Given) => Promise<Disposition> {
  return async (...given) => {
    try {
      return await work(...given);
    } catch (error) {
      telemetry.metrics.count('StepFailed');
      const facts = { request_id: requestIdOf(...given) };
      recordError(telemetry, 'a step failed, and the message waits for a retry', error, facts);
      return { kind: 'wait', ms: DEPENDENCY_WAIT_MS * (1 + random()) };
    }
  };
}

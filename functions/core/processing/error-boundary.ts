import { loggedError } from '../logged-error.ts';
import type { Logger, Random } from '../ports.ts';
import type { Disposition } from './delivery.ts';

/** How long a message waits after a failed step; random jitter adds up to as much again. */
const DEPENDENCY_WAIT_MS = 15_000;

/** Keeps an error of one message away from the others: this message alone waits. */
export function withErrorBoundary<Given extends readonly unknown[]>(
  { log, random }: { readonly log: Logger; readonly random: Random },
  requestIdOf: (...given: Given) => string,
  work: (...given: Given) => Promise<Disposition>,
): (...given: Given) => Promise<Disposition> {
  return async (...given) => {
    try {
      return await work(...given);
    } catch (error) {
      const facts = { request_id: requestIdOf(...given), ...loggedError(error) };
      log.error('a step failed, and the message waits for a retry', facts);
      return { kind: 'wait', ms: DEPENDENCY_WAIT_MS * (1 + random()) };
    }
  };
}

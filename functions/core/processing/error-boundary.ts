import { loggedError } from '../logged-error.ts';
import type { Logger, Random } from '../ports.ts';
import type { Disposition } from './delivery.ts';

/** How long a message waits when a part of AWS is away, before chance doubles it at most. */
const DEPENDENCY_WAIT_MS = 15_000;

/** Nothing that happens to one message may touch another: what goes wrong in this one's work makes this one wait. */
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
      log.error('the message waits, since a step failed', facts);
      return { kind: 'wait', ms: DEPENDENCY_WAIT_MS * (1 + random()) };
    }
  };
}

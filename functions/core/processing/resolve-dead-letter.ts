import { failure } from '../outcome/failure.ts';
import type { OutcomePublisher } from '../outcome/record-and-publish.ts';
import type { Clock, Ledger, Limits, Logger, Metrics, Random } from '../ports.ts';
import { asAccepted } from '../request/as-accepted.ts';
import { hasItemFirst, type ReprocessRequest, sqsMessageRequestId } from '../request/reprocess-request.ts';
import type { Received } from '../request/request-message.ts';
import { requestWarnings } from '../request/request-warnings.ts';
import { loggedRequest } from '../telemetry.ts';
import type { Disposition } from './delivery.ts';
import { withErrorBoundary } from './error-boundary.ts';

export interface ResolveDeadLetterParts {
  readonly ledger: Ledger;
  readonly publisher: OutcomePublisher;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Never rejects. */
export type ResolveDeadLetter = (message: Received, limits: Limits) => Promise<Disposition>;

const DEAD_LETTER = failure(
  'internal',
  'the service could not finish this request; may_have_acted is true if it may have been sent to the endpoint',
);

/** Ends a dead letter with the outcome that the ledger has, or else as `internal`. */
export function createResolveDeadLetter(parts: ResolveDeadLetterParts): ResolveDeadLetter {
  const { ledger, publisher, clock, log, metrics } = parts;

  async function resolve(message: Received, limits: Limits): Promise<Disposition> {
    const request = 'request' in message ? message.request : message.unreadable;
    log.error('a message reached the dead-letter queue, which is a bug in this service', loggedRequest(request));
    metrics.count('DeadLetters');
    // Flushed now: a message that crashed the worker may crash this function too.
    metrics.flush();
    if ('request' in message) await endRequest(message.request, message, limits);
    else await refuse(`${message.unreadable.requestId}.failed`, message, limits);
    return { kind: 'done' };
  }

  async function endRequest(request: ReprocessRequest, message: Received, limits: Limits): Promise<void> {
    const item = await ledger.find(request.requestId, limits);
    if (item === undefined && hasItemFirst(request))
      return refuse(`${sqsMessageRequestId(message.messageId)}.failed`, message, limits);
    if (item !== undefined && item.fingerprint !== request.fingerprint) {
      return refuse(`${request.requestId}.reused.${message.messageId}`, message, limits);
    }
    const accepted = item === undefined ? request : asAccepted(request, item);
    const attempts = item?.attempts ?? 0;
    const mayHaveActed = item !== undefined && (item.lostResponses + item.crashes > 0 || item.leaseUntil !== undefined);
    const error = { ...DEAD_LETTER, ...(mayHaveActed && { mayHaveActed }) };
    const warnings = requestWarnings(request.preferences);
    await publisher.recordAndPublish(accepted, { kind: 'failed', error, attempts, warnings, at: clock.now() }, limits);
  }

  async function refuse(id: string, message: Received, limits: Limits): Promise<void> {
    const request = 'request' in message ? message.request : message.unreadable;
    await publisher.publishRefusal({ id, groupId: message.groupId, request }, DEAD_LETTER, limits);
  }

  const requestIdOf = (message: Received, _limits: Limits) =>
    'request' in message ? message.request.requestId : message.unreadable.requestId;
  return withErrorBoundary(parts, requestIdOf, resolve);
}

import type { failure } from './failure.ts';
import { type Outcome, type OutcomeEvent, outcomeEvent, type UnreadableRequest } from './outcome.ts';
import { persist } from './persist.ts';
import type { Clock, Ledger, Limits, Logger, Outcomes } from './ports.ts';
import type { ReprocessRequest } from './reprocess-request.ts';

/** Publishing is repeated this long within an invocation; after that the message comes again and only publishes. */
const PUBLISH_FOR_MS = 3000;

export interface ConclusionParts {
  readonly ledger: Ledger;
  readonly outcomes: Outcomes;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The last two steps: an outcome is recorded, then published. Each throws DependencyUnavailable when its time is over. */
export interface Conclusion {
  /** From here on the outcome is known, and the first one stands. */
  end(request: ReprocessRequest, outcome: Outcome, limits: Limits): Promise<void>;
  /** Publishes an outcome that the ledger has. */
  announce(request: ReprocessRequest, outcome: Outcome, limits: Limits): Promise<void>;
  /** Publishes a refusal that the ledger knows nothing of, since the message has no claim to an item there. */
  refuse(
    event: Pick<OutcomeEvent, 'id' | 'groupId' | 'request'>,
    error: ReturnType<typeof failure>,
    limits: Limits,
  ): Promise<void>;
}

export function createConclusion({ ledger, outcomes, clock, log }: ConclusionParts): Conclusion {
  async function publish(event: OutcomeEvent, limits: Limits): Promise<void> {
    const until = Math.min(clock.now() + PUBLISH_FOR_MS, limits.deadline);
    await persist(() => outcomes.publish(event, limits), until, clock, limits);
  }

  return {
    async end(request, outcome, limits) {
      const write = () => ledger.record(request, outcome, limits);
      const standing = await persist(write, limits.deadline, clock, limits);
      log.info('the request ended', {
        ...loggedRequest(request),
        ...loggedOutcome(standing),
        duration_ms: clock.now() - request.acceptedAt,
      });
      await publish(outcomeEvent(request, standing), limits);
    },
    announce: (request, outcome, limits) => publish(outcomeEvent(request, outcome), limits),
    async refuse(event, error, limits) {
      log.warn('a message was refused', { ...loggedRequest(event.request), group: event.groupId, error });
      // The message's own time, since no ledger item remembers another one for the event's repeats.
      const at = event.request.acceptedAt;
      await publish({ ...event, outcome: { kind: 'failed', error, attempts: 0, warnings: [], at } }, limits);
    },
  };
}

export function loggedRequest(request: ReprocessRequest | UnreadableRequest) {
  const partner = 'partner' in request ? request.partner : undefined;
  return { request_id: request.requestId, image_id: request.imageId, partner, source: request.source };
}

function loggedOutcome(outcome: Outcome) {
  const code = outcome.kind === 'failed' ? outcome.error.code : outcome.kind;
  const status = outcome.kind === 'failed' ? outcome.error.status : 200;
  return { outcome: code, status, attempt: outcome.attempts };
}

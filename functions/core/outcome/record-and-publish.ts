import type { Clock, Ledger, Limits, Outcomes } from '../ports.ts';
import type { ReprocessRequest } from '../request/reprocess-request.ts';
import { retryUntil } from '../retry-until.ts';
import { countOutcome, loggedRequest, recordOutcome, type Telemetry } from '../telemetry.ts';
import type { failure } from './failure.ts';
import { type Outcome, type OutcomeEvent, outcomeEvent } from './outcome.ts';

/** Publishing is repeated this long within an invocation; after that the message comes again and only publishes. */
const PUBLISH_FOR_MS = 3000;

export interface OutcomePublisherParts extends Telemetry {
  readonly ledger: Ledger;
  readonly outcomes: Outcomes;
  readonly clock: Clock;
}

/** The last two steps: an outcome is recorded, then published. Each throws DependencyUnavailable when its time is over. */
export interface OutcomePublisher {
  /** From here on the outcome is known, and the first one stands. @param callMs how long the last call took, for the log */
  recordAndPublish(request: ReprocessRequest, outcome: Outcome, limits: Limits, callMs?: number): Promise<void>;
  /** Publishes an outcome that the ledger has. */
  publishRecorded(request: ReprocessRequest, outcome: Outcome, limits: Limits): Promise<void>;
  /** Publishes a refusal that the ledger knows nothing of, since the message has no claim to an item there. */
  publishRefusal(
    event: Pick<OutcomeEvent, 'id' | 'groupId' | 'request'>,
    error: ReturnType<typeof failure>,
    limits: Limits,
  ): Promise<void>;
}

export function createOutcomePublisher({
  ledger,
  outcomes,
  clock,
  ...telemetry
}: OutcomePublisherParts): OutcomePublisher {
  async function publish(event: OutcomeEvent, limits: Limits): Promise<void> {
    const until = Math.min(clock.now() + PUBLISH_FOR_MS, limits.deadline);
    await retryUntil(() => outcomes.publish(event, limits), until, clock, limits);
  }

  return {
    async recordAndPublish(request, outcome, limits, callMs) {
      const write = () => ledger.record(request, outcome, limits);
      const standing = await retryUntil(write, limits.deadline, clock, limits);
      if (isSame(standing, outcome)) recordOutcome(telemetry, request, standing, callMs);
      await publish(outcomeEvent(request, standing), limits);
    },
    publishRecorded: (request, outcome, limits) => publish(outcomeEvent(request, outcome), limits),
    async publishRefusal(event, error, limits) {
      // The message's own time, since no ledger item remembers another one for the event's repeats.
      const at = event.request.acceptedAt;
      // Where the image is known, its own group: a message may have come in any other.
      const groupId = event.request.imageId ?? event.groupId;
      await publish({ ...event, groupId, outcome: { kind: 'failed', error, attempts: 0, warnings: [], at } }, limits);
      countOutcome(telemetry.metrics, error.code);
      const told = { outcome: error.code, attempt: 0, detail: error.detail, group: event.groupId };
      telemetry.log.warn('a message was refused', { ...loggedRequest(event.request), ...told });
    },
  };
}

/** A response that was lost hides which write it was: this one stands when what stands became known when it did. */
function isSame(standing: Outcome, outcome: Outcome): boolean {
  return standing.at === outcome.at && standing.attempts === outcome.attempts && standing.kind === outcome.kind;
}

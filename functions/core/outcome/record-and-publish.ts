import type { Clock, Ledger, Limits, Outcomes } from '../ports.ts';
import type { ReprocessRequest } from '../request/reprocess-request.ts';
import { retryUntil } from '../retry-until.ts';
import { countOutcome, loggedRequest, recordOutcome, type Telemetry } from '../telemetry.ts';
import type { failure } from './failure.ts';
import { type Outcome, type OutcomeEvent, outcomeEvent } from './outcome.ts';

/** How long publishing is retried within an invocation. After that the message is retried, and only publishes. */
const PUBLISH_FOR_MS = 3000;

export interface OutcomePublisherParts extends Telemetry {
  readonly ledger: Ledger;
  readonly outcomes: Outcomes;
  readonly clock: Clock;
}

/** The last two steps: record the outcome, then publish it. Each throws DependencyUnavailable when its time is over. */
export interface OutcomePublisher {
  /** If the ledger already has an outcome, publishes that one. @param callMs duration of the last call, for the log */
  recordAndPublish(request: ReprocessRequest, outcome: Outcome, limits: Limits, callMs?: number): Promise<void>;
  /** Publishes an outcome that the ledger has. */
  publishRecorded(request: ReprocessRequest, outcome: Outcome, limits: Limits): Promise<void>;
  /** Publishes a refusal without recording it: the message has no ledger item of its own. */
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
      // Without a ledger item, only the message's own time stays the same when the event is published again.
      const at = event.request.acceptedAt;
      // The message may have come in another group than its image's.
      const groupId = event.request.imageId ?? event.groupId;
      await publish({ ...event, groupId, outcome: { kind: 'failed', error, attempts: 0, warnings: [], at } }, limits);
      countOutcome(telemetry.metrics, error.code);
      const facts = { outcome: error.code, attempt: 0, detail: error.detail, group: event.groupId };
      telemetry.log.warn('a message was refused', { ...loggedRequest(event.request), ...facts });
    },
  };
}

/** Whether the ledger's outcome is the one just written: after a lost response, a retried write finds its own outcome there. */
function isSame(standing: Outcome, outcome: Outcome): boolean {
  return standing.at === outcome.at && standing.attempts === outcome.attempts && standing.kind === outcome.kind;
}

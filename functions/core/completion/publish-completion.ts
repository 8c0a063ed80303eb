import type { LimitEvidence } from '../budget/limit-evidence.ts';
import { withTimeout } from '../deadline.ts';
import type { JsonObject } from '../json.ts';
import type { Clock, Limits } from '../ports.ts';
import type { Telemetry } from '../telemetry.ts';
import { traceIdOf } from '../trace.ts';
import { completionType, type Verdict } from './completion.ts';
import { completionEventId } from './completion-event-id.ts';
import type { Findings, ImageEvent } from './image-event.ts';
import type { ImageEvents } from './ports.ts';

export interface PublishCompletionParts extends Telemetry {
  readonly events: ImageEvents;
  readonly limitEvidence: LimitEvidence;
  readonly randomId: () => string;
  readonly clock: Clock;
}

/** A finished image. */
export interface CompletedImage {
  readonly imageId: string;
  /** Of the webhook's call, or what it would have been. */
  readonly body: JsonObject;
  readonly verdict: Verdict;
  readonly findings: Findings;
}

/** Leaves time in the invocation to respond that SQS is unavailable. */
export const PUBLISH_MS = 5000;

/**
 * Tells how an image ended, whoever found out. Resolves only when SQS has the event. May be called again for the same: then it
 * completes what failed. @throws DependencyUnavailable
 */
export type PublishCompletion = (completed: CompletedImage, limits: Limits) => Promise<void>;

export function createPublishCompletion(parts: PublishCompletionParts): PublishCompletion {
  const { events, limitEvidence, randomId, clock, log, metrics } = parts;

  async function publish({ imageId, body, verdict, findings }: CompletedImage, limits: Limits): Promise<void> {
    const { requestId } = findings.request ?? {};
    // Without a request, two completions may have equal content and be different ones.
    const id = requestId === undefined ? randomId() : completionEventId(requestId, verdict);
    const event: ImageEvent = { id, type: completionType(verdict), groupId: imageId, at: verdict.at, body, findings };
    await withTimeout(PUBLISH_MS, clock, limits, (left) => events.publish(event, left));
    log.info('the end of an image was published', {
      ...loggedEvent(event),
      by: verdict.by,
      duration_ms: clock.now() - verdict.at,
    });
  }

  return async (completed, limits) => {
    const { imageId, verdict, findings } = completed;
    if (verdict.isUnknown) return publish(completed, limits);
    if (verdict.hasFailed || verdict.status === 'error') metrics.count('ImageFailed');
    // One that is under way has no end yet, and is retried by itself.
    const request = findings.request?.state === 'succeeded' ? findings.request : undefined;
    const steps = [
      publish(completed, limits),
      limitEvidence({ imageId, verdict, ...(request && { request }) }, limits),
    ];
    // Neither waits for the other.
    const failed = (await Promise.allSettled(steps)).find((step) => step.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
}

/** The fields of a log line about an event. */
export function loggedEvent({ id, type, groupId, findings }: ImageEvent) {
  const { request, confirmed } = findings ?? {};
  const of = { request_id: request?.requestId, trace_id: traceIdOf(request?.traceparent) };
  return { event_id: id, type, group: groupId, ...of, confirmed };
}

import type { LimitEvidence } from '../budget/limit-evidence.ts';
import { withTimeout } from '../deadline.ts';
import type { Limits } from '../ports.ts';
import { traceIdOf } from '../trace.ts';
import { type CompleteImageParts, createCompleteImage } from './complete-image.ts';
import type { ImageEvent } from './image-event.ts';
import type { ImageEvents } from './ports.ts';
import type { FinishedImage, OtherNotification, WebhookNotification } from './webhook-notification.ts';

export interface ReceiveNotificationParts extends CompleteImageParts {
  readonly events: ImageEvents;
  readonly limitEvidence: LimitEvidence;
  readonly randomId: () => string;
}

/** Resolves only when SQS has the event. @throws DependencyUnavailable */
export type ReceiveNotification = (notification: WebhookNotification, limits: Limits) => Promise<void>;

/** Leaves time in the invocation to respond that SQS is unavailable. */
const PUBLISH_MS = 5000;

/** Publishes Autoenhance's notifications. It is not known to repeat them, so none may be dropped here. */
export function createReceiveNotification({
  events,
  limitEvidence,
  randomId,
  ...parts
}: ReceiveNotificationParts): ReceiveNotification {
  const { clock, log } = parts;
  const completeImage = createCompleteImage(parts);

  async function finish(notification: FinishedImage, at: number, limits: Limits): Promise<void> {
    const { verdict, ...facts } = await completeImage(notification, at, limits);
    const { request } = facts.findings;
    const ended = { imageId: notification.imageId, verdict, ...(request && { request }) };
    // Neither waits for the other. If one fails, the same call again completes it.
    const steps = [publish({ at, body: notification.body, ...facts }, limits), limitEvidence(ended, limits)];
    const failed = (await Promise.allSettled(steps)).find((step) => step.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async function publish(facts: Omit<ImageEvent, 'id'>, limits: Limits): Promise<void> {
    const event: ImageEvent = { id: randomId(), ...facts };
    await withTimeout(PUBLISH_MS, clock, limits, (left) => events.publish(event, left));
    log.info('an event of the webhook was published', { ...logged(event), duration_ms: clock.now() - event.at });
  }

  return async (notification, limits) => {
    const at = clock.now();
    if (notification.kind === 'settings') return log.info("the webhook's settings were saved, and its token is right");
    if (notification.kind === 'finished') return finish(notification, at, limits);
    await publish({ at, body: notification.body, ...factsOf(notification) }, limits);
  };
}

function factsOf({ name, imageId }: OtherNotification): Pick<ImageEvent, 'type' | 'groupId'> {
  return { type: `autoenhance.${name}`, groupId: imageId ?? name };
}

function logged({ id, type, groupId, findings }: ImageEvent) {
  const { request, confirmed } = findings ?? {};
  const of = { request_id: request?.requestId, trace_id: traceIdOf(request?.traceparent) };
  return { event_id: id, type, group: groupId, ...of, confirmed };
}

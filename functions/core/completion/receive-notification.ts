import { withTimeout } from '../deadline.ts';
import type { Limits } from '../ports.ts';
import { traceIdOf } from '../trace.ts';
import { type CompleteImageParts, createCompleteImage } from './complete-image.ts';
import type { ImageEvent } from './image-event.ts';
import type { ImageEvents } from './ports.ts';
import type { OtherNotification, WebhookNotification } from './webhook-notification.ts';

export interface ReceiveNotificationParts extends CompleteImageParts {
  readonly events: ImageEvents;
  readonly randomId: () => string;
}

/** Resolves only when SQS has the event. @throws DependencyUnavailable */
export type ReceiveNotification = (notification: WebhookNotification, limits: Limits) => Promise<void>;

/** Leaves room in the invocation to answer that SQS is away. */
const PUBLISH_MS = 5000;

/** Publishes what Autoenhance tells. It tells nothing twice on purpose, as far as is known, so nothing may be dropped here. */
export function createReceiveNotification({
  events,
  randomId,
  ...parts
}: ReceiveNotificationParts): ReceiveNotification {
  const { clock, log } = parts;
  const completeImage = createCompleteImage(parts);

  return async (notification, limits) => {
    const at = clock.now();
    if (notification.kind === 'settings') return log.info("the webhook's settings were saved, and its token is right");
    const facts =
      notification.kind === 'finished' ? await completeImage(notification, at, limits) : asItCame(notification);
    const event: ImageEvent = { id: randomId(), at, body: notification.body, ...facts };
    await withTimeout(PUBLISH_MS, clock, limits, (left) => events.publish(event, left));
    log.info('an event of the webhook was published', { ...logged(event), duration_ms: clock.now() - at });
  };
}

function asItCame({ name, imageId }: OtherNotification): Pick<ImageEvent, 'type' | 'groupId'> {
  return { type: `autoenhance.${name}`, groupId: imageId ?? name };
}

function logged({ id, type, groupId, findings }: ImageEvent) {
  const { request, confirmed } = findings ?? {};
  const of = { request_id: request?.requestId, trace_id: traceIdOf(request?.traceparent) };
  return { event_id: id, type, group: groupId, ...of, confirmed };
}

import { withTimeout } from '../deadline.ts';
import { loggedError } from '../logged-error.ts';
import type { Limits } from '../ports.ts';
import { type CompleteImageParts, createCompleteImage } from './complete-image.ts';
import { isSettled } from './completion.ts';
import type { ImageEvent } from './image-event.ts';
import {
  type CompletedImage,
  createPublishCompletion,
  loggedEvent,
  PUBLISH_MS,
  type PublishCompletionParts,
} from './publish-completion.ts';
import type { OtherNotification, WebhookNotification } from './webhook-notification.ts';

export interface ReceiveNotificationParts extends CompleteImageParts, PublishCompletionParts {}

/** Resolves only when SQS has the event. @throws DependencyUnavailable */
export type ReceiveNotification = (notification: WebhookNotification, limits: Limits) => Promise<void>;

const LOOK_SOON_MS = 1000;
/** Autoenhance waits for the response, and another look costs little. */
const END_LOOK_MS = 1000;

/** Publishes Autoenhance's notifications. It is not known to repeat them, so none may be dropped here. */
export function createReceiveNotification(parts: ReceiveNotificationParts): ReceiveNotification {
  const { completions, events, randomId, clock, log } = parts;
  const completeImage = createCompleteImage(parts);
  const publishCompletion = createPublishCompletion(parts);

  async function finish(completed: CompletedImage, limits: Limits): Promise<void> {
    try {
      await publishCompletion(completed, limits);
    } catch (error) {
      await lookSoon(completed, limits);
      throw error;
    }
    await endLook(completed, limits);
  }

  /** Only now: should this function crash before its event is published, the sweep tells it. */
  async function endLook({ verdict, findings: { request } }: CompletedImage, limits: Limits): Promise<void> {
    if (request?.state !== 'succeeded' || !isSettled(verdict)) return;
    await withTimeout(END_LOOK_MS, clock, limits, (left) => completions.endLook(request.requestId, left)).catch(
      (error) => {
        log.warn('the sweep looks at a request whose completion was told', {
          request_id: request.requestId,
          ...loggedError(error),
        });
      },
    );
  }

  /** Autoenhance may not call again, so the sweep tells it. */
  async function lookSoon({ verdict, findings: { request } }: CompletedImage, limits: Limits): Promise<void> {
    if (request?.state !== 'succeeded') return;
    await withTimeout(LOOK_SOON_MS, clock, limits, (left) =>
      completions.lookSoon(request.requestId, verdict.at, left),
    ).catch((error) => {
      log.error('a completion that was not published is not known to the sweep either', {
        request_id: request.requestId,
        ...loggedError(error),
      });
    });
  }

  async function publish(notification: OtherNotification, at: number, limits: Limits): Promise<void> {
    const event: ImageEvent = { id: randomId(), at, body: notification.body, ...factsOf(notification) };
    await withTimeout(PUBLISH_MS, clock, limits, (left) => events.publish(event, left));
    log.info('an event of the webhook was published', { ...loggedEvent(event), duration_ms: clock.now() - at });
  }

  return async (notification, limits) => {
    const at = clock.now();
    if (notification.kind === 'settings') return log.info("the webhook's settings were saved, and its token is right");
    if (notification.kind === 'other') return publish(notification, at, limits);
    await finish(await completeImage(notification, at, limits), limits);
  };
}

function factsOf({ name, imageId }: OtherNotification): Pick<ImageEvent, 'type' | 'groupId'> {
  return { type: `autoenhance.${name}`, groupId: imageId ?? name };
}

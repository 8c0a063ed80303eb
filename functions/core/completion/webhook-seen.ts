import { withTimeout } from '../deadline.ts';
import { loggedError } from '../logged-error.ts';
import type { Clock, Limits, Logger } from '../ports.ts';

/** When Autoenhance last called the webhook. Both methods throw DependencyUnavailable. */
export interface WebhookSeen {
  /** @param at epoch ms */
  note(at: number, limits: Limits): Promise<void>;
  /** Epoch ms; undefined when it never called. */
  read(limits: Limits): Promise<number | undefined>;
}

export interface NoteWebhookParts {
  readonly webhookSeen: Pick<WebhookSeen, 'note'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** People look at it by the minute. */
const NOTE_EVERY_MS = 60_000;
/** Autoenhance waits meanwhile. */
const NOTE_MS = 1000;

/** Notes that the webhook was called, once a minute for each container. Never rejects: it is for people to look at. */
export function createNoteWebhook({ webhookSeen, clock, log }: NoteWebhookParts): (limits: Limits) => Promise<void> {
  let notedAt = Number.NEGATIVE_INFINITY;
  return async (limits) => {
    const now = clock.now();
    if (now - notedAt < NOTE_EVERY_MS) return;
    notedAt = now;
    await withTimeout(NOTE_MS, clock, limits, (left) => webhookSeen.note(now, left)).catch((error) => {
      log.warn('it could not be noted that the webhook was called', loggedError(error));
    });
  };
}

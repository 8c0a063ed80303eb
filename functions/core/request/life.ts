import type { LedgerSummary } from '../ports.ts';

/**
 * A request from its acceptance to the end of its image, in one word. `state` tells what the endpoint answered: there
 * `succeeded` says that the enhancement was started.
 */
export const LIVES = ['queued', 'waiting', 'started', 'finished', 'failed'] as const;
export type Life = (typeof LIVES)[number];

export type LifeFacts = Pick<LedgerSummary, 'state' | 'completedAt' | 'completionFailed' | 'isUnknown'>;

/** Its code when the endpoint accepted the call, and failed to enhance the image. */
export const ENHANCEMENT_FAILED = 'enhancement_failed';
/** Its code when nobody knows whether it did. */
export const COMPLETION_UNKNOWN = 'completion_unknown';

export function lifeOf({ state, completedAt, completionFailed }: LifeFacts): Life {
  if (state === 'accepted') return 'queued';
  if (state !== 'succeeded') return state;
  if (completedAt === undefined) return 'started';
  return completionFailed ? 'failed' : 'finished';
}

/** Why it failed, at the endpoint or at its image; undefined when it did not. */
export function failureCodeOf(summary: LifeFacts & Pick<LedgerSummary, 'errorCode'>): string | undefined {
  if (summary.errorCode !== undefined) return summary.errorCode;
  if (lifeOf(summary) !== 'failed') return undefined;
  return summary.isUnknown ? COMPLETION_UNKNOWN : ENHANCEMENT_FAILED;
}

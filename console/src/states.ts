import type { BatchSummary, RequestSummary } from '../../client/src/index.ts';

/** Of a batch's lines, in the order in which they are shown. */
export const LINE_STATES = ['finished', 'started', 'queued', 'waiting', 'failed', 'rejected', 'cancelled'] as const;

/** Of requests, in the order of a request's life. */
export const REQUEST_LIVES = ['queued', 'waiting', 'started', 'finished', 'failed'] as const;

/** Whether something will still become of a batch. */
export function isOpen({ state, finished_at }: Pick<BatchSummary, 'state' | 'finished_at'>): boolean {
  return state === 'checking' || state === 'running' || state === 'paused' || (state === 'cancelled' && !finished_at);
}

/** Whether nothing will become of a request any more. */
export function hasEnded({ life }: Pick<RequestSummary, 'life'>): boolean {
  return life === 'finished' || life === 'failed';
}

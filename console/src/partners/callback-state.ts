import type { Callback } from '../../../client/src/index.ts';

export type CallbackState = Pick<Callback, 'paused' | 'failing_since'>;

/** Whether callbacks arrive: a pause counts before the failures that led to it. */
export function shownState({ paused, failing_since }: CallbackState): 'active' | 'failing' | 'paused' {
  if (paused) return 'paused';
  return failing_since ? 'failing' : 'active';
}

export function isFailing(callback: CallbackState): boolean {
  return shownState(callback) !== 'active';
}

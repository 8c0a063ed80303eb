import type { Callback } from '../../../client/src/index.ts';
import { Badge, type Tone } from '../parts/badge.tsx';
import { texts } from '../texts.ts';

export type CallbackState = Pick<Callback, 'paused' | 'failing_since'>;

type Shown = keyof typeof texts.callback.states;

const TONES: Readonly<Record<Shown, Tone>> = { active: 'good', failing: 'bad', paused: 'warn' };

export function CallbackBadge({ callback }: { readonly callback: CallbackState }) {
  const shown = shownState(callback);
  return <Badge tone={TONES[shown]}>{texts.callback.states[shown]}</Badge>;
}

export function isFailing(callback: CallbackState): boolean {
  return shownState(callback) !== 'active';
}

function shownState({ paused, failing_since }: CallbackState): Shown {
  if (paused) return 'paused';
  return failing_since ? 'failing' : 'active';
}

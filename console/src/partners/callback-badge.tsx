import { Badge, type Tone } from '../parts/badge.tsx';
import { texts } from '../texts.ts';
import { type CallbackState, shownState } from './callback-state.ts';

const TONES: Readonly<Record<ReturnType<typeof shownState>, Tone>> = { active: 'good', failing: 'bad', paused: 'warn' };

export function CallbackBadge({ callback }: { readonly callback: CallbackState }) {
  const shown = shownState(callback);
  return <Badge tone={TONES[shown]}>{texts.callback.states[shown]}</Badge>;
}

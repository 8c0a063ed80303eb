import type { ComponentChildren } from 'preact';
import { texts } from '../texts.ts';

export type State = keyof typeof texts.states;
export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'calm';

const TONES: Readonly<Record<State, Tone>> = {
  checking: 'busy',
  running: 'busy',
  started: 'busy',
  queued: 'calm',
  waiting: 'calm',
  paused: 'warn',
  finished: 'good',
  cancelled: 'calm',
  refused: 'bad',
  failed: 'bad',
  rejected: 'bad',
};

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}

/** The state of a batch, a line or a request. */
export function StateBadge({ state }: { readonly state: State }) {
  return <Badge tone={TONES[state]}>{texts.states[state]}</Badge>;
}

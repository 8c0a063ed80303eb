import { texts } from '../texts.ts';

export type State = keyof typeof texts.states;

const TONES: Readonly<Record<State, string>> = {
  checking: 'busy',
  running: 'busy',
  started: 'busy',
  queued: 'calm',
  waiting: 'calm',
  paused: 'held',
  finished: 'good',
  cancelled: 'calm',
  refused: 'bad',
  failed: 'bad',
  rejected: 'bad',
};

export function Badge({ state }: { readonly state: State }) {
  return <span class={`badge badge-${TONES[state]}`}>{texts.states[state]}</span>;
}

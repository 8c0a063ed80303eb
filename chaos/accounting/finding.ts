/** The promises, each with the table's name of a breach. Every count must be 0. */
export const RULES = {
  lost: 'requests lost',
  outcomes: 'requests without exactly one distinct outcome',
  unknown_event: 'events that belong to no request',
  changed_event: 'repeated events that differ from the first',
  unfounded: 'outcomes that nothing which happened explains',
  miscounted: 'outcomes that count their attempts wrongly',
  hidden_act: 'failures that conceal a call which may have acted',
  contradiction: 'HTTP responses that contradict the outcome',
  call_order: 'calls begun out of acceptance order, within an image',
  act_order: 'calls acted on out of acceptance order, within an image',
  outcome_order: 'outcomes published out of order, within an image',
  duplicate_call: 'duplicate calls that nothing explains',
  over_limit: 'windows with more calls than the daily limit',
  under_limit: 'windows in calm with less than 99 % of it, while work waited',
  no_claim: 'calls without a live claim',
  too_early: 'calls begun before the time that they were to wait for',
  sent_late: 'calls begun after not_after',
  not_recorded: 'outcomes published before they were recorded',
  deleted_early: 'messages deleted before their outcome was recorded and published',
  too_late: 'steps begun by an invocation that was over',
  dead_letter: 'dead letters by waiting',
  poison: 'images blocked by a poison request beyond the bound',
  blamed: 'other requests that ended as internal for it',
  malformed: 'operations that AWS refused as malformed',
  unrest: 'runs that did not come to rest',
} as const;

export type Rule = keyof typeof RULES;

/** Things that are allowed to happen, and are counted. */
export const NOTES = {
  repeated_event: 'repeats of an event, under the same id',
  duplicate_crash: 'duplicate calls, explained by a crash',
  duplicate_lost: 'duplicate calls, explained by a lost response',
  duplicate_ledger: 'duplicate calls, explained by a failed ledger write',
  late_act: 'calls that took effect after their caller had stopped waiting',
  late_disorder: 'of these, after a later request had taken effect',
  repeated_act: 'calls that took effect after another call of their request had',
  three_crashes: 'requests that ended as internal after three crashes',
  false_crash: 'claims marked as crashed by mistake',
} as const;

export type NoteName = keyof typeof NOTES;

/** One case of a breach, or of what is allowed. */
export interface Finding<Name extends string> {
  readonly name: Name;
  /** Epoch ms. */
  readonly at: number;
  readonly text: string;
}

export interface Findings {
  readonly breaches: readonly Finding<Rule>[];
  readonly notes: readonly Finding<NoteName>[];
}

/** Collects findings while a check runs. */
export interface Pad extends Findings {
  breach(name: Rule, at: number, text: string): void;
  note(name: NoteName, at: number, text: string): void;
}

export function createPad(): Pad {
  const breaches: Finding<Rule>[] = [];
  const notes: Finding<NoteName>[] = [];
  return {
    breaches,
    notes,
    breach: (name, at, text) => void breaches.push({ name, at, text }),
    note: (name, at, text) => void notes.push({ name, at, text }),
  };
}

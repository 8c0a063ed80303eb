/** The promises, each with the table's name of a breach. Every count must be 0. */
export const RULES = {
  lost: 'requests lost',
  outcomes: 'requests without exactly one distinct outcome',
  unknown_event: 'events that belong to no request',
  changed_event: 'repeated events that differ from the first',
  wrong_event: 'outcomes that tell of something else than happened',
  unfounded: 'outcomes that nothing which happened explains',
  miscounted: 'outcomes that count their attempts wrongly',
  hidden_act: 'failures that conceal a call which may have acted',
  contradiction: 'HTTP responses that contradict the outcome',
  turned_away: 'calls over HTTP that were turned away without a reason',
  over_allowance: "calls and batches beyond a partner's limits",
  refused_early: 'calls refused for a limit that their partner had not reached',
  call_order: 'calls begun out of acceptance order, within an image',
  act_order: 'calls acted on out of acceptance order, within an image',
  outcome_order: 'outcomes published out of order, within an image',
  duplicate_call: 'duplicate calls that nothing explains',
  over_limit: 'windows with more calls than the daily limit',
  under_limit: 'windows in calm with less than 99 % of it, while work waited',
  over_rate: 'calls beyond the rate of a container',
  breaker: 'calls while the circuit breaker was open, or beside its probe',
  key_reads: 'reads of the key more often than every 30 s',
  no_claim: 'calls without a live claim',
  live_lease: 'claims taken over before their lease was over',
  too_early: 'calls begun before the time that they were to wait for',
  too_often: 'calls beyond five retries of lost responses, or six hours',
  too_late: 'requests that were to wait for longer than they may',
  hidden: 'messages hidden for longer than their request waits',
  overdue: 'requests not begun though nothing was in their way',
  mistold: 'attempts told that nobody made, or out of their order',
  held_back: 'outcomes not published when their message came again',
  sent_late: 'calls begun after not_after',
  not_recorded: 'outcomes published before they were recorded',
  deleted_early: 'messages deleted before their outcome was recorded and published',
  over: 'steps begun by an invocation that was over',
  cut_off: 'invocations cut off without a reason',
  dead_letter: 'dead letters by waiting',
  poison: 'images blocked by a poison request beyond the bound',
  not_alone: 'suspects of a crash that ran beside another request',
  blamed: 'requests ended as internal without three crashes of their own',
  line_lost: 'lines of batches lost',
  line_twice: 'lines sent under two ids',
  line_changed: 'lines sent that the file does not have',
  line_order: 'lines queued out of their order, within an image',
  too_deep: 'lines queued before single requests beyond their share',
  order_images: 'images of orders that are no line once, nor left out with their reason',
  batch_twice: 'batches made twice of one that was handed over twice',
  unwanted: 'lines sent of a batch that was paused or cancelled',
  batch_open: 'batches never finished',
  batch_end: 'batches finished twice, or before their last line',
  batch_counts: 'batches whose counts are not what happened',
  partner_untold: 'events that were not queued for the callback of their partner',
  callback_open: 'callbacks that are neither delivered nor given up',
  callback_false: 'callbacks that were given up, delivered, paused or removed without a reason',
  callback_kept: 'callbacks whose receiver answered 410, and that were not removed',
  callback_unwanted: 'callbacks sent to a receiver that was removed or paused',
  callback_order: 'callbacks sent out of order, within an image of a partner',
  callback_early: 'callbacks sent again too early, or too often',
  callback_late: 'callbacks held up though their receiver works',
  callback_twice: 'callbacks sent again that were recorded as delivered',
  callback_changed: 'callbacks that are not what was published',
  again: 'requests sent again that had not failed for the daily limit',
  unfinished: 'started requests without an end, or unknown though it was known',
  untold: 'ends of images that were not told',
  two_ends: 'requests with two ends that contradict each other',
  misattributed: 'ends attributed to the wrong request',
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
  callback_repeated: 'callbacks that their receiver took once more, under the same id',
  others_end: 'ends of another request, told as ambiguous or unconfirmed',
  stale_record: 'ends believed of a record that was of the enhancement before',
  mixed_order: 'ends given to the request accepted last, which was not called last',
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

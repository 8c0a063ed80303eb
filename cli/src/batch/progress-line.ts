import type { Batch, Budget } from '../../../client/src/contract.ts';
import { numberText, timeText } from '../terminal/numbers.ts';
import { widthOf } from '../terminal/text.ts';
import { endsBehind } from './pace-text.ts';

/** What is known of a batch while it is followed. */
export interface Progress {
  readonly batch: Batch;
  readonly budget?: Budget | undefined;
  readonly now: number;
}

const BAR_COLUMNS = 12;
/** Less is no bar. */
const ROOM_FOR_BAR = 50;
const BETWEEN = ' · ';

/** How a batch goes, as one line: what matters most comes first, and the last parts are left out where they do not fit. */
export function progressLine(progress: Progress, columns = Infinity): string {
  const [first, ...parts] = partsOf(progress);
  const bar = columns >= ROOM_FOR_BAR && columns < Infinity ? `${barOf(progress.batch)} ` : '';
  let line = `${bar}${first}`;
  for (const part of parts) {
    const texts = typeof part === 'string' ? [part] : part;
    const fitting = texts.find((text) => widthOf(line + BETWEEN + text) <= columns);
    if (fitting !== undefined) line += `${BETWEEN}${fitting}`;
  }
  return line;
}

/** A part, or the same in several lengths, the longest first. */
type Part = string | readonly string[];

function partsOf({ batch, budget, now }: Progress): readonly [string, ...Part[]] {
  const { counts, rate_per_minute: rate, expected_end: end, state } = batch;
  // Requests that are in the queue already wait for the account too.
  const waits = batch.waits_for ?? budget?.paused;
  const { total, rejected, finished, failed, cancelled, started } = counts;
  if (state === 'checking') return ['checking the file'];
  const isExpected = end !== null && batch.finished_at === null && Date.parse(end) > now;
  const isSaid = waits && (endsBehind(waits, end) || timeText(waits.until, now) === timeText(end, now));
  const parts = [
    failed > 0 && `${numberText(failed)} failed`,
    state !== 'running' && state,
    waits && state !== 'paused' && waitText(waits, now),
    rate !== null && rate > 0 && `${numberText(Math.round(rate))}/min`,
    isExpected && !isSaid && `until ${timeText(end, now)}`,
    // What is left then is kept for single requests.
    waits?.reason !== 'daily_limit' && budget !== undefined && budgetText(budget),
    started > 0 && `${numberText(started)} being enhanced`,
  ];
  const first = `${numberText(finished + failed + cancelled)} of ${numberText(total - rejected)}`;
  return [first, ...parts.filter((part) => part !== false && part !== null && part !== undefined)];
}

const REASONS: Readonly<Record<string, string>> = {
  daily_limit: 'waits for the daily limit',
  person: 'the account is paused',
  upload: 'waits for its file',
};

function waitText({ reason, until }: NonNullable<Batch['waits_for']>, now: number): Part {
  const text = REASONS[reason] ?? `waits for ${reason}`;
  return until === undefined ? text : [`${text} until ${timeText(until, now)}`, text];
}

function budgetText({ limit, left }: Budget): string | false {
  return limit !== null && left !== null && `${numberText(left)} of ${numberText(limit)} left today`;
}

function barOf({ counts }: Batch): string {
  const { total, rejected, finished, failed, cancelled } = counts;
  const share = (finished + failed + cancelled) / Math.max(1, total - rejected);
  const full = Math.floor(share * BAR_COLUMNS);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_COLUMNS - full)}]`;
}

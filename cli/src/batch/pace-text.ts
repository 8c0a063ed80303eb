import type { BatchPace, Budget } from '../../../client/src/contract.ts';
import { counted, numberText, timeText } from '../terminal/numbers.ts';

type Paused = Budget['paused'] | undefined;

/** How many images there are, and what the daily limit has left for them. */
export function leftText(images: number, { limit, left_today: left }: BatchPace): string {
  const count = counted(images, 'image');
  if (limit === null || left === null) return `${count}, no daily limit`;
  if (left === 0) return `${count}, none left for batches today`;
  return `${count}, ${numberText(left)} of today's ${numberText(limit)} left for batches`;
}

/** When a batch will be finished, for people: behind a pause of the account, which the service leaves out of its sentence. */
export function paceLines(images: number, pace: BatchPace, paused: Paused, now: number): readonly string[] {
  if (!paused) return [pace.sentence];
  const until = paused.until === undefined ? 'until reprocess resume' : `until ${timeText(paused.until, now)}`;
  const isLater = endsBehind(paused, pace.expected_end);
  return [`The account is paused ${until}: ${paused.detail}`, isLater ? leftText(images, pace) : pace.sentence];
}

/** Whether what is waited for goes on behind an expected end, or without an end. */
export function endsBehind({ until }: { readonly until?: string }, end: string | null): boolean {
  return until === undefined || end === null || Date.parse(until) > Date.parse(end);
}

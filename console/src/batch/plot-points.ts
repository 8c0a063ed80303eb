import type { Batch } from '../../../client/src/index.ts';

export interface PlotPoint {
  /** Epoch ms. */
  readonly at: number;
  readonly finished: number;
  readonly failed: number;
}

export interface Plot {
  readonly points: readonly PlotPoint[];
  /** Where it is expected to end, epoch ms. */
  readonly end: number | undefined;
  readonly from: number;
  readonly to: number;
  /** Lines that hold a request. */
  readonly total: number;
}

/** What is drawn; undefined before anything has ended. */
export function plotOf(batch: Batch, now: number): Plot | undefined {
  const { progress, counts, created_at, started_at, finished_at, expected_end } = batch;
  if (counts.finished + counts.failed === 0) return undefined;
  const from = Date.parse(started_at ?? created_at);
  const last = finished_at ? Date.parse(finished_at) : now;
  const points = [
    { at: from, finished: 0, failed: 0 },
    ...progress.map(({ at, finished, failed }) => ({ at: Date.parse(at), finished, failed })),
    { at: last, finished: counts.finished, failed: counts.failed },
  ].filter(({ at }) => at >= from && at <= last);
  const end = finished_at || !expected_end ? undefined : Math.max(Date.parse(expected_end), now);
  return { points, end, from, to: Math.max(last, end ?? 0, from + 1000), total: counts.total - counts.rejected };
}

const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * 1000,
);
const DAY_MS = 86_400_000;

/** Beyond it, ticks are whole days. */
export const LONGEST_IN_HOURS_MS = 36 * 3_600_000;

/**
 * Round times in a span, about as many as wanted: whole days begin at midnight of whoever looks, also when the clocks change.
 * @param offsetOf in ms, the viewer's zone from UTC at a time
 */
export function timeTicks(
  from: number,
  to: number,
  wanted: number,
  offsetOf: (at: number) => number,
): readonly number[] {
  const rough = Math.max((to - from) / Math.max(1, wanted), to - from > LONGEST_IN_HOURS_MS ? DAY_MS : 0);
  const step = STEPS_MS.find((each) => each >= rough) ?? Math.ceil(rough / DAY_MS) * DAY_MS;
  const offset = offsetOf(from);
  const first = Math.ceil((from + offset) / step) * step - offset;
  const ticks = Array.from(
    { length: Math.max(0, Math.floor((to - first) / step) + 1) },
    (_, index) => first + index * step,
  );
  return step < DAY_MS ? ticks : ticks.map((at) => at + offset - offsetOf(at));
}

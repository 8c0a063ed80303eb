/** When a started request is looked at, in ms after its start. */
export interface LookSchedule {
  /** In rising order. */
  readonly looksMs: readonly number[];
  /** After that, the sweep gives up. */
  readonly withinMs: number;
}

/** A failed look is repeated after this at the latest. */
const AGAIN_MS = 15 * 60_000;
/** A last look that failed is repeated for so long, so that an outage ends no request. */
const GRACE_MS = 60 * 60_000;

/** Epoch ms of the next look; undefined when there is none. */
export function nextLook({ looksMs, withinMs }: LookSchedule, startedAt: number, now: number): number | undefined {
  const elapsed = now - startedAt;
  if (elapsed >= withinMs) return undefined;
  return startedAt + Math.min(withinMs, looksMs.find((ms) => ms > elapsed) ?? withinMs);
}

/** The same after a look at which the endpoint said nothing. */
export function lookAfterFailure(schedule: LookSchedule, startedAt: number, now: number): number | undefined {
  if (now - startedAt >= schedule.withinMs + GRACE_MS) return undefined;
  return Math.min(nextLook(schedule, startedAt, now) ?? Number.POSITIVE_INFINITY, now + AGAIN_MS);
}

import type { Goal } from '../report.ts';

/** One thing that grows. */
export interface Growth {
  /** What, how far, measured, unit. */
  readonly rows: readonly (readonly [string, number, number, string])[];
  readonly goals?: readonly Goal[];
}

import type { BatchLine } from '../../../client/src/index.ts';

export interface FailureGroup {
  readonly code: string;
  readonly count: number;
  /** The reasons that came, most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

/** Failed lines by their code, the most frequent first. */
export function groupFailures(lines: readonly BatchLine[]): readonly FailureGroup[] {
  const byCode = Map.groupBy(lines, ({ code = '' }) => code);
  return [...byCode].map(([code, of]) => ({ code, count: of.length, reasons: reasonsOf(of) })).sort(byCount);
}

function reasonsOf(lines: readonly BatchLine[]): FailureGroup['reasons'] {
  const byReason = Map.groupBy(lines, ({ reason = '' }) => reason);
  return [...byReason].map(([reason, of]) => ({ reason, count: of.length })).sort(byCount);
}

function byCount(one: { readonly count: number }, other: { readonly count: number }): number {
  return other.count - one.count;
}

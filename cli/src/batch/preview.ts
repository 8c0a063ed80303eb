import type { Budget, CheckedBatch, LeftOut } from '../../../client/src/contract.ts';
import { counted, numberText } from '../terminal/numbers.ts';
import { paceLines } from './pace-text.ts';

/** Of refused lines, and of those that are left out. */
export const SHOWN = 5;

/** What is to be known of a batch before it is sent, for people. */
export function previewText(
  checked: CheckedBatch,
  notes: readonly string[],
  { paused, now }: { readonly paused: Budget['paused'] | undefined; readonly now: number },
): string {
  const { counts, problems, warnings, check, pace } = checked;
  const { refused, others } = refusalTexts(check.rejections, problems);
  const lines = [
    `${counted(counts.total, 'line')}: ${numberText(counts.accepted)} will be sent, ${numberText(counts.rejected)} refused`,
    ...listed(refused, counts.rejected),
    ...leftOutLines(checked.left_out, checked.left_out_count),
    ...others.map((text) => `  problem: ${text}`),
    ...[...warnings, ...notes].map((text) => `  warning: ${text}`),
    ...(pace === undefined ? [] : paceLines(counts.accepted, pace, paused, now)),
  ];
  return lines.join('\n');
}

interface Refusal {
  readonly line: number;
  readonly detail: string;
}

/** The first of the refused lines, and the problems that none of them tells. */
export function refusalTexts(rejections: readonly Refusal[], problems: readonly string[]) {
  const shown = rejections.slice(0, SHOWN);
  return {
    // Some sentences of the service name the line themselves.
    refused: shown.map(({ line, detail }) => (detail.startsWith(`line ${line} `) ? detail : `line ${line}: ${detail}`)),
    others: problems.filter((problem) => !shown.some(({ detail }) => detail === problem)),
  };
}

export function leftOutLines(leftOut: readonly LeftOut[] = [], count = 0): readonly string[] {
  if (count === 0) return [];
  const all = leftOut.map(
    ({ line, image_id, reason }) => `${line === undefined ? image_id : `line ${line}`}: ${reason}`,
  );
  return [`${numberText(count)} left out`, ...listed(all, count)];
}

/** The first of them, and how many more there are. */
function listed(texts: readonly string[], count: number): readonly string[] {
  const more = count - Math.min(SHOWN, texts.length);
  return [...texts.slice(0, SHOWN).map((text) => `  ${text}`), ...(more > 0 ? [`  and ${numberText(more)} more`] : [])];
}

import { escapeInvisible } from '../../../../functions/core/invisible.ts';
import { isoTime } from '../../../../functions/core/outcome/encode-result.ts';
import type { Survey } from './survey.ts';

const count = new Intl.NumberFormat('en-US');

/** What was found, for a terminal. @param shown how many uploads are named */
export function summaryOf(bucket: string, { missed, dealtWith, withoutId, tooOld }: Survey, shown: number): string {
  const total = missed.length + dealtWith + withoutId + tooOld;
  const rows: readonly (readonly [number, string])[] = [
    [dealtWith, 'dealt with'],
    [withoutId, 'images without an image-id in their metadata, which ask for nothing'],
    [tooOld, 'older than 14 days, of which the ledger no longer knows: to have one dealt with, upload it again'],
    [missed.length, 'not dealt with'],
  ];
  const width = count.format(total).length;
  const lines = rows
    .filter(([number], index) => number > 0 || index === rows.length - 1)
    .map(([number, what]) => `  ${count.format(number).padStart(width)} ${what}`);
  const names = missed.slice(0, shown).map(({ key, uploadedAt }) => {
    return `    ${escapeInvisible(key)}, uploaded at ${isoTime(uploadedAt)}`;
  });
  const more = missed.length - names.length;
  const rest = more > 0 ? [`    and ${count.format(more)} more: --dry-run names them all`] : [];
  return [`${bucket}: ${count.format(total)} request files and images`, ...lines, ...names, ...rest].join('\n');
}

import type { RequestItem } from '../../../client/src/contract.ts';
import { ageText } from '../terminal/numbers.ts';
import type { WayBack } from './way-back.ts';

/** What is to be known before an image goes back to earlier settings, for people. */
export function revertText(
  { image_id, changes, unknown, under_way }: WayBack,
  undone: RequestItem,
  now: number,
): string {
  const width = Math.max(...changes.map(({ name }) => name.length));
  const age = ageText(undone.accepted_at, now);
  const lines = [
    `${image_id} goes back to what it was before its last request (${age === 'now' ? 'just now' : `${age} ago`}):`,
    ...changes.map(({ name, before, after }) => `  ${name.padEnd(width)}  ${shown(before)} → ${shown(after)}`),
    ...unknown.map((name) => `  warning: ${name} stays as it is: no earlier request says what it was`),
    ...under_way.map((id) => `  warning: another request has not reached Autoenhance yet, and goes first: ${id}`),
  ];
  return lines.join('\n');
}

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

import type { Preferences } from '../../functions/core/request/preferences.ts';
import type { Chance } from '../random.ts';
import type { Drafts } from './preferences.ts';
import { PARTNERS } from './submission.ts';

/** One line of a request file. */
export interface BatchLine {
  /** As the file counts: a table's header is its line 1. */
  readonly line: number;
  readonly imageId: string;
  readonly preferences: Preferences;
  /** False: no request can be read from it. */
  readonly isRequest: boolean;
  readonly text: string;
}

/** What a person asks of a batch; `retry` when it has ended. */
export interface BatchAction {
  /** Ms after the batch was handed over. */
  readonly after: number;
  readonly action: 'pause' | 'resume' | 'cancel' | 'retry';
}

/** A batch, and what those who hand it over do. */
export interface BatchPlan {
  readonly ref: string;
  /** Ms after the start at which it is handed over for the first time. */
  readonly at: number;
  readonly way: 'file' | 'http';
  readonly format: 'ndjson' | 'csv';
  /** Without one it is the operator's. */
  readonly partner?: string;
  readonly name: string;
  readonly idempotencyKey?: string;
  readonly lines: readonly BatchLine[];
  /** Handed over once more, unchanged, so many ms after the first time. */
  readonly again: readonly number[];
  readonly actions: readonly BatchAction[];
  /** How often it is sent at the most while no response says that it was taken. */
  readonly attempts: number;
  /** Announced over HTTP: its file is put to the URL of the response, so many ms later each. */
  readonly upload?: readonly number[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** @param lines of all batches together */
export function planBatches(lines: number, drafts: Drafts, chance: Chance): readonly BatchPlan[] {
  const plans: BatchPlan[] = [];
  for (let left = lines; left > 0; ) {
    const length = Math.min(left, chance.whole(1, 30));
    plans.push(planBatch(`b${plans.length + 1}`, length, drafts, chance));
    left -= length;
  }
  return plans.map(announcing(chance.fork('uploads')));
}

const ANNOUNCED_SHARE = 0.3;

/** Some of the batches over HTTP have their files uploaded: once, twice, or too late. */
function announcing(chance: Chance): (plan: BatchPlan) => BatchPlan {
  return (plan) => {
    if (plan.way !== 'http' || !chance.yes(ANNOUNCED_SHARE)) return plan;
    const after = chance.whole(0, chance.of([MINUTE, 30 * MINUTE, 90 * MINUTE]));
    const twice = chance.yes(0.4) ? [after + chance.whole(0, chance.of([SECOND, 20 * MINUTE]))] : [];
    // Without a key, each call would announce a batch of its own.
    return { ...plan, idempotencyKey: `key-${plan.ref}`, upload: [after, ...twice] };
  };
}

function planBatch(ref: string, length: number, drafts: Drafts, chance: Chance): BatchPlan {
  const format = chance.of<BatchPlan['format']>(['ndjson', 'csv']);
  const way = chance.of<BatchPlan['way']>(['file', 'http']);
  const partner = chance.yes(0.7) ? { partner: chance.of(PARTNERS).name } : {};
  const key = way === 'http' && chance.yes(0.5) ? { idempotencyKey: `key-${ref}` } : {};
  return {
    ...{ ref, way, format, ...partner, ...key },
    at: chance.whole(0, 10 * MINUTE),
    name: `${ref}.${format}`,
    lines: planLines(ref, length, format, drafts, chance),
    again: chance.yes(0.4) ? [chance.whole(0, chance.of([3 * SECOND, HOUR]))] : [],
    actions: planActions(chance),
    attempts: chance.whole(2, 12),
  };
}

function planActions(chance: Chance): readonly BatchAction[] {
  const after = chance.whole(0, chance.of([5 * SECOND, 5 * MINUTE, HOUR]));
  switch (chance.weighted({ none: 5, pause: 2, cancel: 1, retry: 2 })) {
    case 'none':
      return [];
    case 'pause':
      return [
        { after, action: 'pause' },
        { after: after + chance.whole(SECOND, 2 * HOUR), action: 'resume' },
      ];
    case 'cancel':
      return [{ after, action: 'cancel' }];
    case 'retry':
      return [{ after, action: 'retry' }];
  }
}

/** A table's columns. */
const COLUMNS = ['image_id', 'enhance_type', 'ref', 'rating'];

function planLines(
  ref: string,
  length: number,
  format: BatchPlan['format'],
  drafts: Drafts,
  chance: Chance,
): readonly BatchLine[] {
  const lines: BatchLine[] = [];
  const first = format === 'csv' ? 2 : 1;
  for (let line = first; line < first + length; line += 1) {
    const { imageId } = drafts.place();
    // Another line that asks for the same is another request.
    const same = chance.yes(0.1) ? lines.find(({ isRequest }) => isRequest) : undefined;
    const preferences = same?.preferences ?? fittingPreferences(drafts.preferencesFor(`${ref}.${line}`), format);
    const isRequest = !chance.yes(0.06);
    const request = { line, imageId: same?.imageId ?? imageId, preferences, isRequest };
    lines.push({ ...request, text: isRequest ? textOf(request, format) : flawed(request, format, chance) });
  }
  return lines;
}

/** What the cells of a table can say. */
function fittingPreferences(preferences: Preferences, format: BatchPlan['format']): Preferences {
  if (format === 'ndjson') return preferences;
  const { ref, enhance_type } = preferences;
  return { enhance_type, ...(ref !== undefined && { ref }) };
}

function textOf({ imageId, preferences }: Omit<BatchLine, 'text'>, format: BatchPlan['format']): string {
  if (format === 'ndjson') return JSON.stringify({ image_id: imageId, preferences });
  return [imageId, preferences.enhance_type, preferences.ref ?? '', ''].join(',');
}

function flawed(
  { imageId, preferences }: Omit<BatchLine, 'text'>,
  format: BatchPlan['format'],
  chance: Chance,
): string {
  if (format === 'csv') return chance.of([`${imageId},warm,x,9`, `,warm,x,`, `${imageId},warm,x,five`]);
  return chance.of([
    `{"image_id":"${imageId}"`,
    JSON.stringify({ image_id: imageId, preferences: { ...preferences, rating: 9 } }),
    JSON.stringify({ image_id: imageId, preferences, request_id: 'own' }),
    JSON.stringify({ preferences }),
  ]);
}

/** The file's content. */
export function contentOfBatch({ format, lines }: BatchPlan): string {
  const rows = lines.map(({ text }) => text);
  return `${(format === 'csv' ? [COLUMNS.join(','), ...rows] : rows).join('\n')}\n`;
}

import { type Batch, unsentStateOf } from '../batch.ts';
import { type LineItem, lineStateOf } from '../line.ts';
import type { ParsedLine } from '../reading/parsed-line.ts';

export const ROW_STATES = ['rejected', 'waiting', 'queued', 'started', 'finished', 'failed', 'cancelled'] as const;
export type RowState = (typeof ROW_STATES)[number];

/** What has become of one line of a batch. */
export interface LineRow {
  readonly line: number;
  readonly imageId?: string;
  /** Absent while it waits, and of a refused line. */
  readonly requestId?: string;
  readonly state: RowState;
  /** Why it is failed or rejected, or waits to be sent again. */
  readonly code?: string;
  readonly reason?: string;
  readonly attempts: number;
  /** Epoch ms at which Autoenhance started it. */
  readonly startedAt?: number;
  /** Epoch ms at which it ended, as finished or as failed. */
  readonly finishedAt?: number;
}

/** The code of a line that holds no request. */
const REJECTED = 'invalid_request';

const AGAIN = 'it failed only for the daily limit, and is sent again after the reset';
const NOT_AGAIN = 'it failed only for the daily limit, and nothing more of its batch is sent';

/** @param item of its latest round; without one, it was not sent yet. Undefined for a blank line. */
export function rowOf(parsed: ParsedLine, item: LineItem | undefined, batch: Batch): LineRow | undefined {
  const { line } = parsed;
  if ('isBlank' in parsed) return undefined;
  if ('refusal' in parsed) {
    const { imageId, detail } = parsed.refusal;
    return {
      line,
      state: 'rejected',
      code: REJECTED,
      reason: detail,
      attempts: 0,
      ...(imageId !== undefined && { imageId }),
    };
  }
  if (item !== undefined) return rowOfItem(line, item, batch);
  return { line, imageId: parsed.request.imageId, state: unsentStateOf(batch), attempts: 0 };
}

export function rowOfItem(line: number, item: LineItem, batch: Batch): LineRow {
  const state = lineStateOf(item);
  const shown = state.kind === 'returned' ? unsentStateOf(batch) : state.kind;
  const again = shown === 'waiting' ? AGAIN : NOT_AGAIN;
  const { requestId, imageId, attempts, outcome, completion, endedAt } = item;
  const isStarted = outcome?.kind === 'succeeded';
  const end = endedAt ?? (isStarted ? completion?.at : outcome?.at);
  const hasEnded = state.kind === 'finished' || state.kind === 'failed';
  return {
    line,
    imageId,
    requestId,
    state: shown,
    attempts,
    ...(state.kind === 'failed' && { code: state.code, reason: state.reason }),
    ...(state.kind === 'returned' && { code: 'daily_limit', reason: completion?.statusReason ?? again }),
    ...(isStarted && { startedAt: outcome.at }),
    ...(hasEnded && end !== undefined && { finishedAt: end }),
  };
}

import { isDailyLimitFailure } from '../budget/limit-reason.ts';
import { hasReallyFailed, isSettled } from '../completion/completion.ts';
import type { LedgerItem } from '../ports.ts';

/** What the latest request of a line has come to. */
export type LineState =
  | { readonly kind: 'queued' | 'started' | 'finished' }
  /** It failed only for the account's daily limit, and waits to be sent again. */
  | { readonly kind: 'returned' }
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string };

/** What a line was last counted as in its batch; nothing, while it is queued. `resent`: its next round has taken its place. */
export type Counted = 'started' | 'finished' | 'failed' | 'returned' | 'resent';

/** How the feeder ended a line that nobody else will end. */
export type FeederEnd = 'superseded';

/** What the ledger knows of a line's request. */
export interface LineItem
  extends Pick<LedgerItem, 'requestId' | 'imageId' | 'attempts' | 'firstAttemptAt' | 'outcome' | 'completion'> {
  readonly line: number;
  readonly round: number;
  /** Whether its latest change is still to be counted. */
  readonly isUncounted: boolean;
  readonly counted?: Counted;
  readonly endedAs?: FeederEnd;
  /** Epoch ms at which the feeder ended it. */
  readonly endedAt?: number;
  /** Whether it was given up to find out how it ended, whatever was heard of it later. */
  readonly isUnknown: boolean;
  /** How often its outcome or its completion was written. */
  readonly changes: number;
}

const REASONS: Readonly<Record<FeederEnd, string>> = {
  superseded: 'it failed for the daily limit, and was not sent again: there is a newer request of its image',
};
const UNKNOWN = 'Autoenhance started it, and nobody told in time whether it finished the image';
const NO_REASON = 'Autoenhance failed to enhance the image, and gave no reason';

/** What was counted as finished or failed stays so, whatever is heard of it later. */
export function lineStateOf(item: LineItem): LineState {
  if (item.counted === 'finished') return { kind: 'finished' };
  if (item.endedAs !== undefined) return { kind: 'failed', code: item.endedAs, reason: REASONS[item.endedAs] };
  const { outcome, completion } = item;
  if (outcome === undefined) return { kind: 'queued' };
  if (outcome.kind === 'failed') return { kind: 'failed', code: outcome.error.code, reason: outcome.error.detail };
  if (item.isUnknown) return { kind: 'failed', code: 'completion_unknown', reason: UNKNOWN };
  if (item.counted === 'failed') return enhancementFailed(completion?.statusReason);
  if (completion === undefined || !isSettled(completion)) return { kind: 'started' };
  if (!hasReallyFailed(completion)) return { kind: 'finished' };
  const isReturned = item.counted === 'returned' || isDailyLimitFailure(completion);
  return isReturned ? { kind: 'returned' } : enhancementFailed(completion.statusReason);
}

function enhancementFailed(reason = NO_REASON): LineState {
  return { kind: 'failed', code: 'enhancement_failed', reason };
}

import type { JsonObject } from '../json.ts';

/** That an image is finished, as the webhook said and as far as the endpoint confirmed it. */
export interface Verdict {
  /** What the webhook said. */
  readonly hasFailed: boolean;
  /** Epoch ms at which the webhook came. */
  readonly at: number;
  /** Whether the endpoint's own record says the same; null where that cannot be told. */
  readonly confirmed: boolean | null;
  /** The record's `status` and `status_reason`, where there was a record. */
  readonly status?: string;
  readonly statusReason?: string;
}

/** A verdict as it stands with the request that was meant. */
export interface Completion extends Verdict {
  /** Another request of the image may have been meant as well. */
  readonly isAmbiguous: boolean;
}

/** Longer words are no status for a list; the whole record is in the event. */
const MAX_STATUS_CHARACTERS = 1000;

export function verdictOf(hasFailed: boolean, record: JsonObject | null, at: number): Verdict {
  const { status, status_reason: statusReason } = record ?? {};
  return {
    hasFailed,
    at,
    confirmed: isConfirmed(hasFailed, status),
    ...(typeof status === 'string' && { status: status.slice(0, MAX_STATUS_CHARACTERS) }),
    ...(typeof statusReason === 'string' && { statusReason: statusReason.slice(0, MAX_STATUS_CHARACTERS) }),
  };
}

/**
 * Any status but these two is open: `processing` again because of a newer request, `expired` long after the enhancement,
 * or one that nobody knows yet.
 */
function isConfirmed(hasFailed: boolean, status: unknown): boolean | null {
  if (status !== 'processed' && status !== 'error') return null;
  return hasFailed === (status === 'error');
}

/** The type of the event that tells it. */
export function completionType({ hasFailed }: Pick<Verdict, 'hasFailed'>): 'image.processed' | 'image.failed' {
  return hasFailed ? 'image.failed' : 'image.processed';
}

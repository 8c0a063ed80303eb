import type { JsonObject } from '../json.ts';

/** A finished image: what the webhook said, and whether the endpoint confirms it. */
export interface Verdict {
  /** What the webhook said. */
  readonly hasFailed: boolean;
  /** Epoch ms at which the webhook call arrived. */
  readonly at: number;
  /** Whether the endpoint's record says the same; null when that is not known. */
  readonly confirmed: boolean | null;
  /** `status` and `status_reason` of the endpoint's record, if there was one. */
  readonly status?: string;
  readonly statusReason?: string;
}

/** A verdict as it is recorded on a request. */
export interface Completion extends Verdict {
  /** The completion may belong to another request for the image. */
  readonly isAmbiguous: boolean;
}

/** The whole record is in the event. */
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
 * Any other status decides nothing: `processing` again because of a newer request, `expired` long after the enhancement, or a
 * status that the vendor added later.
 */
function isConfirmed(hasFailed: boolean, status: unknown): boolean | null {
  if (status !== 'processed' && status !== 'error') return null;
  return hasFailed === (status === 'error');
}

/** Whether the image failed: where the endpoint's record contradicts the webhook, the record is right. */
export function hasReallyFailed({ hasFailed, confirmed }: Pick<Verdict, 'hasFailed' | 'confirmed'>): boolean {
  return confirmed === false ? !hasFailed : hasFailed;
}

/** The type of its event. */
export function completionType({ hasFailed }: Pick<Verdict, 'hasFailed'>): 'image.processed' | 'image.failed' {
  return hasFailed ? 'image.failed' : 'image.processed';
}

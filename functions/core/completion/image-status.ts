import type { JsonObject } from '../json.ts';

/** Statuses that end an enhancement. */
export type FinalStatus = 'processed' | 'error';

/**
 * The status in the endpoint's record of an image; undefined when it has none that is text. Records of older API versions have
 * the booleans `enhanced` and `error` in place of it.
 */
export function statusOf({ status, enhanced, error }: JsonObject): string | undefined {
  if (typeof status === 'string') return status;
  if (error === true) return 'error';
  if (typeof enhanced !== 'boolean') return undefined;
  return enhanced ? 'processed' : 'processing';
}

/**
 * Any other status decides nothing: `processing` again because of a newer request, `expired` long after the enhancement, or a
 * status that the vendor added later.
 */
export function isFinal(status: string | undefined): status is FinalStatus {
  return status === 'processed' || status === 'error';
}

export function isUnderWay(status: string | undefined): boolean {
  return status === 'processing' || status === 'waiting';
}

import type { Limits } from '../../ports.ts';

/** Looks images up in the ledger's index by image. */
export interface WaitingRequests {
  /** How many of these images (at most `MAX_LOOKED_AT`) have a request that is not started yet. @throws DependencyUnavailable */
  countWaiting(imageIds: readonly string[], limits: Limits): Promise<number>;
}

/** Look-ups that one check makes. */
export const MAX_LOOKED_AT = 100;

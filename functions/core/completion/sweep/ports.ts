import type { LedgerItem, Limits } from '../../ports.ts';

/** A started request at which it is time to look. */
export interface DueRequest extends LedgerItem {
  readonly lookAt: number;
  /** Whether an earlier look saw its image under way. */
  readonly wasUnderWay: boolean;
  /** Its completion was told: the look is only for whether the webhook was called. */
  readonly awaitsWebhook: boolean;
}

/** The ledger's index of when to look at which request. Every method throws DependencyUnavailable. */
export interface Looks {
  /** The requests that were due at a time (epoch ms), the one that has waited longest first. */
  due(at: number, limits: Limits): AsyncIterable<readonly DueRequest[]>;
  /** Looks again later, unless nobody has to any more. @param at epoch ms. @param wasUnderWay see `DueRequest` */
  again(requestId: string, at: number, wasUnderWay: boolean, limits: Limits): Promise<void>;
  /**
   * Looks again for whether the webhook was called, unless nobody has to any more, or another completion was noted meanwhile.
   * @param toldAt epoch ms at which the completion was found that was told
   */
  awaitWebhook(requestId: string, toldAt: number, at: number, limits: Limits): Promise<void>;
  /** Nobody has to look any more. @returns false when that was so before */
  end(requestId: string, limits: Limits): Promise<boolean>;
}

import type { JsonObject } from '../json.ts';
import type { LedgerItem, Limits, ProcessResponse } from '../ports.ts';
import type { Attribution, SentRequest } from './attribute-completion.ts';
import type { Completion } from './completion.ts';
import type { ImageEvent } from './image-event.ts';

/** The endpoint's records of images. */
export interface ImageRecords {
  /** One call, as `Images.process` makes it. @throws ProcessError */
  read(imageId: string, limits: Limits): Promise<ProcessResponse>;
}

/** The endpoint's records of all images of an order. */
export interface OrderRecords {
  /** By image id. @throws ProcessError */
  readOrderImages(orderId: string, limits: Limits): Promise<ReadonlyMap<string, JsonObject>>;
}

/** The ledger's part for finished images. Every method throws DependencyUnavailable. */
export interface Completions {
  /** An image's requests, newest first. The list may end after the first that succeeded. */
  sentRequests(imageId: string, limits: Limits): Promise<readonly SentRequest[]>;
  /**
   * Notes a completion on a request that did not fail and is still in its state. A completion that the endpoint confirmed is
   * kept, and so is an end when the later completion is none. Any other is replaced by a later one, which stays ambiguous
   * unless the endpoint confirms it. Returns the item after that; undefined when it has expired.
   */
  note(
    request: Omit<Attribution, 'isAmbiguous'>,
    completion: Completion,
    limits: Limits,
  ): Promise<LedgerItem | undefined>;
  /** Nobody looks at a request any more: its completion was told. */
  endLook(requestId: string, limits: Limits): Promise<void>;
  /** Has the sweep look at a request whose completion may not have been told. @param at epoch ms */
  lookSoon(requestId: string, at: number, limits: Limits): Promise<void>;
}

export interface ImageEvents {
  /** Resolves only when SQS has the event. @throws DependencyUnavailable */
  publish(event: ImageEvent, limits: Limits): Promise<void>;
}

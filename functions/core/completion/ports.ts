import type { LedgerItem, Limits, ProcessResponse } from '../ports.ts';
import type { SentRequest } from './attribute-completion.ts';
import type { Completion } from './completion.ts';
import type { ImageEvent } from './image-event.ts';

/** The endpoint's own records of images. */
export interface ImageRecords {
  /** One call, as `Images.process` makes it. @throws ProcessError */
  read(imageId: string, limits: Limits): Promise<ProcessResponse>;
}

/** The ledger, as far as finished images concern it. Both methods throw DependencyUnavailable when it cannot be used. */
export interface Completions {
  /** An image's requests, newest first; the list may end once one that succeeded is in it. */
  sentRequests(imageId: string, limits: Limits): Promise<readonly SentRequest[]>;
  /**
   * Notes a completion on a request that succeeded. One that the endpoint confirmed stands; any other gives way to a later
   * one, which leaves it ambiguous unless the endpoint confirms it. Returns the item as it is then, or undefined when it has
   * expired.
   */
  note(requestId: string, completion: Completion, limits: Limits): Promise<LedgerItem | undefined>;
}

export interface ImageEvents {
  /** Resolves only when SQS has the event. @throws DependencyUnavailable */
  publish(event: ImageEvent, limits: Limits): Promise<void>;
}

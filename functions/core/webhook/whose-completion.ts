/** A request of an image that was sent to the endpoint, as far as is known, and did not fail. */
export interface SentRequest {
  readonly requestId: string;
  /** `under_way`: attempted, and without an outcome yet; the endpoint may have acted all the same. */
  readonly state: 'succeeded' | 'under_way';
  readonly isCompleted: boolean;
}

export interface Meant {
  readonly requestId: string;
  /** Another request may have been meant as well: the webhook names an image, and no request. */
  readonly isAmbiguous: boolean;
}

/**
 * The request that the webhook means when it says that an image is finished: the newest that succeeded.
 * @param sent the image's requests, newest first
 */
export function whoseCompletion(sent: readonly SentRequest[]): Meant | undefined {
  const newest = sent.findIndex(({ state }) => state === 'succeeded');
  const meant = sent[newest];
  if (meant === undefined) return undefined;
  // Requests before the last completed one were overtaken by it, and get no completion of their own any more. One that is
  // under way counts: the endpoint may have been quicker with it than our ledger.
  const completed = sent.findIndex(({ isCompleted }) => isCompleted);
  const open = completed < 0 ? sent.length : completed;
  // Where its completion is known already, the webhook repeats itself.
  return { requestId: meant.requestId, isAmbiguous: (meant.isCompleted ? newest : open - 1) > 0 };
}

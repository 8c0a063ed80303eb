/** A request of an image that was sent to the endpoint, as far as is known, and did not fail. */
export interface SentRequest {
  readonly requestId: string;
  /** `under_way`: attempted, and without an outcome yet; the endpoint may have acted all the same. */
  readonly state: 'succeeded' | 'under_way';
  readonly isCompleted: boolean;
}

export interface Attribution {
  readonly requestId: string;
  /** Another request may have been meant as well: the webhook names an image, and no request. */
  readonly isAmbiguous: boolean;
}

/**
 * The request that the webhook means when it says that an image is finished: the newest that succeeded.
 * @param sent the image's requests, newest first
 * @param isFinal whether the endpoint itself says that the image is finished now
 */
export function attributeCompletion(sent: readonly SentRequest[], isFinal: boolean): Attribution | undefined {
  const newest = sent.findIndex(({ state }) => state === 'succeeded');
  const meant = sent[newest];
  if (meant === undefined) return undefined;
  // Requests before the last completed one were overtaken by it, and get no completion of their own any more. One that is
  // under way counts: the endpoint may have been quicker with it than our ledger.
  const completed = sent.findIndex(({ isCompleted }) => isCompleted);
  // The webhook repeats itself. While the endpoint does not say that the newer one is finished, this may be such a repeat.
  const mayRepeat = meant.isCompleted || !isFinal;
  const candidates = completed < 0 ? sent.length : completed + (mayRepeat ? 1 : 0);
  return { requestId: meant.requestId, isAmbiguous: candidates > 1 };
}

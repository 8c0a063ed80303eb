/** A request for an image that was sent, or may have been sent, to the endpoint and did not fail. */
export interface SentRequest {
  readonly requestId: string;
  /** `under_way`: attempted, but without an outcome yet. The endpoint may have acted already. */
  readonly state: 'succeeded' | 'under_way';
  readonly isCompleted: boolean;
  /** Of a batch's line. */
  readonly batchId?: string;
  readonly line?: number;
}

export interface Attribution extends Pick<SentRequest, 'requestId' | 'batchId' | 'line'> {
  /** The completion may belong to another request: the webhook names only the image. */
  readonly isAmbiguous: boolean;
}

/**
 * The request that a finished image belongs to: the newest that succeeded.
 * @param sent the image's requests, newest first
 * @param isFinal whether the endpoint confirms that the image is finished now
 */
export function attributeCompletion(sent: readonly SentRequest[], isFinal: boolean): Attribution | undefined {
  const newest = sent.findIndex(({ state }) => state === 'succeeded');
  const meant = sent[newest];
  if (meant === undefined) return undefined;
  // Requests before the last completed one are superseded and get no completion. One that is under way counts: the endpoint may
  // have finished it before our ledger knew.
  const completed = sent.findIndex(({ isCompleted }) => isCompleted);
  // The webhook may call twice. Until the endpoint confirms the newer request, this may be the older one's second call.
  const mayRepeat = meant.isCompleted || !isFinal;
  const candidates = completed < 0 ? sent.length : completed + (mayRepeat ? 1 : 0);
  const { state: _, isCompleted: __, ...request } = meant;
  return { ...request, isAmbiguous: candidates > 1 };
}

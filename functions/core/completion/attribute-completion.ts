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

export interface Attribution extends Pick<SentRequest, 'requestId' | 'state' | 'batchId' | 'line'> {
  /** The completion may belong to another request: the webhook names only the image. */
  readonly isAmbiguous: boolean;
}

/**
 * The request that a finished image belongs to: the newest that succeeded. A call that comes when that one is completed already,
 * or when there is none, may be for a request whose outcome the ledger does not know yet.
 * @param sent the image's requests, newest first
 * @param isFinal whether the endpoint confirms that the image is finished now
 */
export function attributeCompletion(sent: readonly SentRequest[], isFinal: boolean): Attribution | undefined {
  const meant = meantOf(sent);
  if (meant === undefined) return undefined;
  // Requests before the last completed one are superseded. One that is under way counts: the endpoint may have finished it before
  // our ledger knew.
  const completed = sent.findIndex(({ isCompleted }) => isCompleted);
  // The webhook may call twice. Until the endpoint confirms the newer request, this may be the older one's second call.
  const mayRepeat = meant.isCompleted || meant.state === 'under_way' || !isFinal;
  const candidates = completed < 0 ? sent.length : completed + (mayRepeat ? 1 : 0);
  const { isCompleted: _, ...request } = meant;
  return { ...request, isAmbiguous: candidates > 1 };
}

function meantOf(sent: readonly SentRequest[]): SentRequest | undefined {
  const newest = sent.find(({ state }) => state === 'succeeded');
  return newest === undefined || newest.isCompleted ? sent[0] : newest;
}

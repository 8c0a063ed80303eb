import type { Completion } from './completion/completion.ts';
import type { MetricName } from './metric-names.ts';
import type { Outcome, OutcomeEvent } from './outcome/outcome.ts';
import type { FailedAttempt } from './processing/failed-attempts.ts';
import type { Preferences } from './request/preferences.ts';
import type { ReprocessRequest, Source } from './request/reprocess-request.ts';

/** Time as an argument, so that tests and the simulator control it. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Resolves after so many ms, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A signal that aborts after so many ms, unless it is cleared first. */
  timeout(ms: number): Timeout;
}

export interface Timeout {
  readonly signal: AbortSignal;
  clear(): void;
}

/** A number from 0 (included) to 1 (excluded). */
export type Random = () => number;

/** The limits of all work in one invocation. */
export interface Limits {
  /** Epoch ms at which the invocation ends. */
  readonly deadline: number;
  /** Aborts shortly before the deadline: from then on nothing new may begin. */
  readonly signal: AbortSignal;
  /** Epoch ms from which no new call may begin; without it, the deadline. */
  readonly startsUntil?: number;
}

export interface ProcessResponse {
  /** The endpoint's JSON object as text (at most 256 KiB); null when it was not a JSON object or too long. */
  readonly response: string | null;
  readonly warnings: readonly string[];
}

/** The process endpoint. */
export interface Images {
  /**
   * One call. It is made a second time only if the endpoint refused the key and the secret has a new one.
   * @throws ProcessError
   */
  process(
    imageId: string,
    preferences: Preferences,
    limits: Limits,
    options?: ProcessOptions,
  ): Promise<ProcessResponse>;
}

export interface ProcessOptions {
  /** The caller's; without it, the stage's. */
  readonly apiVersion?: string | undefined;
  /** Called when the request was written to its connection. */
  readonly onSent?: () => void;
}

export interface Outcomes {
  /** Resolves only when SQS has the event. @throws DependencyUnavailable */
  publish(event: OutcomeEvent, limits: Limits): Promise<void>;
  /**
   * Registers concurrent work that may publish. Call the returned function when that work ends. Events wait briefly for
   * registered work, so that they share a batch.
   */
  join(limits: Limits): () => void;
}

export interface RequestQueue {
  /** Resolves only when SQS has the request. @throws DependencyUnavailable */
  send(request: ReprocessRequest, limits: Limits): Promise<void>;
}

/** When a received message becomes visible again. */
export interface MessageVisibility {
  /** Hides a received message for so many ms from now (rounded up to whole seconds; 0 shows it at once). Never rejects. */
  hide(receiptHandle: string, ms: number, limits: Limits): Promise<void>;
}

export interface LastError {
  readonly code: string;
  readonly detail: string;
  readonly status?: number;
}

/** The ledger's item for one request. */
export interface LedgerItem {
  readonly requestId: string;
  readonly imageId: string;
  readonly partner?: string;
  readonly source: Source;
  readonly senderRequestId?: string;
  readonly upload?: NonNullable<ReprocessRequest['upload']>;
  readonly batch?: NonNullable<ReprocessRequest['batch']>;
  readonly again?: NonNullable<ReprocessRequest['again']>;
  /** The id of the request that sends this one again: it failed only for the daily limit. */
  readonly againAs?: string;
  /** From the request's first message or call. */
  readonly traceparent?: string;
  /** Epoch ms. */
  readonly acceptedAt: number;
  readonly fingerprint: string;
  readonly preferences: Preferences;
  readonly apiVersion?: string;
  readonly notAfter?: number;
  readonly state: 'accepted' | 'waiting' | 'succeeded' | 'failed';
  readonly attempts: number;
  /** Claims in a row whose function crashed. */
  readonly crashes: number;
  /** Calls that were sent and got no response, and claims whose end was never recorded. */
  readonly lostResponses: number;
  /** Ms spent on attempts and on the waits between them. */
  readonly retriedMs: number;
  readonly firstAttemptAt?: number;
  readonly nextAttemptAt?: number;
  readonly lastError?: LastError;
  /** The last ones after which it waited for another one, the oldest first; absent when there is none. */
  readonly failedAttempts?: readonly FailedAttempt[];
  /** Epoch ms at which an open claim's lease ends; absent when no claim is open. */
  readonly leaseUntil?: number;
  /** The delivery that made the last claim, see `deliveryId`. */
  readonly claimedBy?: string;
  /** Unique to the last claim. */
  readonly claimId?: string;
  readonly outcome?: Outcome;
  /** Present once the webhook or the sweep has told that the image is finished, or that nobody will know. */
  readonly completion?: Completion;
  /** Epoch ms at which it is looked next whether the image is finished; absent when nobody looks. */
  readonly lookAt?: number;
}

/** The fields of an item that a list shows. */
export type LedgerSummary = Pick<
  LedgerItem,
  'requestId' | 'imageId' | 'source' | 'acceptedAt' | 'state' | 'attempts' | 'nextAttemptAt'
> & {
  readonly partner?: string;
  readonly errorCode?: string;
  /** Epoch ms; see `completion`. */
  readonly completedAt?: number;
  readonly completionFailed?: boolean;
  /** Nobody found out how it ended. */
  readonly isUnknown?: boolean;
  readonly batchId?: string;
  /** Its place in a request file. */
  readonly upload?: NonNullable<ReprocessRequest['upload']>;
};

export type Claim =
  /** Claimed until the lease ends. The item counts this attempt already. */
  | { readonly kind: 'claimed'; readonly item: LedgerItem }
  /** It has its outcome already: publish it again without a call. */
  | { readonly kind: 'ended'; readonly item: LedgerItem; readonly outcome: Outcome }
  /** Another invocation has claimed it, or its next attempt is not due. `until`: epoch ms. */
  | { readonly kind: 'not_yet'; readonly until: number }
  /** The id belongs to a request with other content. */
  | { readonly kind: 'reused' }
  /** The id begins with `http:` or `upload:`, and the ledger has no such request. */
  | { readonly kind: 'unknown' }
  /** It crashed its function `MAX_CRASHES` times in a row. */
  | { readonly kind: 'abandoned'; readonly item: LedgerItem };

export interface Lease {
  /** Epoch ms. */
  readonly until: number;
  /** The delivery that claims, see `deliveryId`. */
  readonly by: string;
}

export interface Wait {
  /** Epoch ms at which the attempt began. */
  readonly startedAt: number;
  readonly nextAttemptAt: number;
  readonly lastError: LastError;
  /** Whether the attempt counts; one that failed because of an account fault does not. */
  readonly counts: boolean;
  readonly lostResponses: number;
  readonly retriedMs: number;
}

/** The service's memory: one item a request. Every method throws DependencyUnavailable. */
export interface Ledger {
  /** Writes the item unless there is one. Returns the item that the ledger has then. */
  accept(request: ReprocessRequest, limits: Limits): Promise<LedgerItem>;
  /** Claims the request for one attempt. */
  claim(request: ReprocessRequest, lease: Lease, limits: Limits): Promise<Claim>;
  /** Counts an open claim as a crash and ends it, unless there is a newer claim. Returns the crashes in a row. */
  markCrashed(crashed: LedgerItem, limits: Limits): Promise<number>;
  /** Writes the outcome, and the item if there is none. If there is an outcome already, returns that one. */
  record(request: ReprocessRequest, outcome: Outcome, limits: Limits): Promise<Outcome>;
  /** Ends a claim without an outcome. Does nothing when there is a newer claim. */
  wait(claimed: LedgerItem, wait: Wait, limits: Limits): Promise<void>;
  /** Reads one item, consistently. */
  find(requestId: string, limits: Limits): Promise<LedgerItem | undefined>;
}

export interface Logger {
  /** @param facts called only when debug lines are written */
  debug(message: string, facts: () => Readonly<Record<string, unknown>>): void;
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

export interface Metrics {
  /** Adds a value to a metric. @param value 1 by default */
  count(name: MetricName, value?: number): void;
  /** Writes the values added since the last flush. To be called at the end of every invocation, even a failed one. */
  flush(): void;
}

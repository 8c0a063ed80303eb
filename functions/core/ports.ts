import type { Completion } from './completion/completion.ts';
import type { MetricName } from './metric-names.ts';
import type { Outcome, OutcomeEvent } from './outcome/outcome.ts';
import type { Preferences } from './request/preferences.ts';
import type { ReprocessRequest, Source } from './request/reprocess-request.ts';

/** Time as an argument, so that a test or a simulator can own it. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Resolves after so many ms, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A signal that aborts after so many ms, unless it is cleared before. */
  timeout(ms: number): Timeout;
}

export interface Timeout {
  readonly signal: AbortSignal;
  clear(): void;
}

/** A number from 0 (included) to 1 (excluded). */
export type Random = () => number;

/** The two limits of everything that happens in one invocation. */
export interface Limits {
  /** Epoch ms at which the invocation ends. */
  readonly deadline: number;
  /** Aborts shortly before the deadline: from then on nothing new may begin. */
  readonly signal: AbortSignal;
  /** Epoch ms from which no new call may begin; without it the deadline alone decides. */
  readonly startsUntil?: number;
}

export interface ProcessResponse {
  /** The endpoint's JSON object as it came (at most 256 KiB), or null when it was no JSON object or too long. */
  readonly response: string | null;
  readonly warnings: readonly string[];
}

/** The process endpoint. */
export interface Images {
  /**
   * One call, never repeated here but once with a key that really changed.
   * @param apiVersion the caller's; without it, the stage's
   * @throws ProcessError
   */
  process(imageId: string, preferences: Preferences, limits: Limits, apiVersion?: string): Promise<ProcessResponse>;
}

export interface Outcomes {
  /** Resolves only when SQS has the event. @throws DependencyUnavailable */
  publish(event: OutcomeEvent, limits: Limits): Promise<void>;
  /**
   * Says that one more line of work is under way that may publish; call what it returns when that line ends. Events wait
   * (shortly) for the lines that are still busy, so that sends which happen together share one batch.
   */
  join(): () => void;
}

export interface RequestQueue {
  /** Resolves only when SQS has the request. @throws DependencyUnavailable */
  send(request: ReprocessRequest, limits: Limits): Promise<void>;
}

/** One received message's place in the queue. */
export interface MessageVisibility {
  /** Hides a received message for so many ms from now (rounded up to whole seconds; 0 shows it at once). Never rejects. */
  hide(receiptHandle: string, ms: number, limits: Limits): Promise<void>;
}

export interface LastError {
  readonly code: string;
  readonly detail: string;
  readonly status?: number;
}

/** What the ledger knows of one request. */
export interface LedgerItem {
  readonly requestId: string;
  readonly imageId: string;
  readonly partner?: string;
  readonly source: Source;
  readonly senderRequestId?: string;
  readonly upload?: NonNullable<ReprocessRequest['upload']>;
  /** Its first message's or call's. */
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
  /** Calls that were sent and whose response never came, and claims of whose end nobody could take note. */
  readonly lostResponses: number;
  /** Ms spent on attempts and on this request's own waits between them. */
  readonly retriedMs: number;
  readonly firstAttemptAt?: number;
  readonly nextAttemptAt?: number;
  readonly lastError?: LastError;
  /** Epoch ms until which a running claim is its owner's alone; absent once the claim's end is known. */
  readonly leaseUntil?: number;
  /** The delivery that made the last claim, see `deliveryId`. */
  readonly claimedBy?: string;
  /** Tells the last claim from every other. */
  readonly claimId?: string;
  readonly outcome?: Outcome;
  /** Once the webhook has said that the image is finished. */
  readonly completion?: Completion;
}

/** The fields of an item that a list shows. */
export type LedgerSummary = Pick<
  LedgerItem,
  'requestId' | 'imageId' | 'source' | 'acceptedAt' | 'state' | 'attempts' | 'nextAttemptAt'
> & {
  readonly errorCode?: string;
  /** Epoch ms; see `completion`. */
  readonly completedAt?: number;
};

export type Claim =
  /** Ours until the lease ends: the item as it stands, this attempt counted. */
  | { readonly kind: 'claimed'; readonly item: LedgerItem }
  /** It has its outcome: publish that again, call nothing. */
  | { readonly kind: 'ended'; readonly item: LedgerItem; readonly outcome: Outcome }
  /** Another invocation is at it, or its next attempt is not due: come again then (epoch ms). */
  | { readonly kind: 'not_yet'; readonly until: number }
  /** The id belongs to a request with other content. */
  | { readonly kind: 'reused' }
  /** The id says `http:` and the ledger has no such request. */
  | { readonly kind: 'unknown' }
  /** Its functions crashed as often as allowed: it would crash the next one too. */
  | { readonly kind: 'abandoned'; readonly item: LedgerItem };

/** What a claim takes. */
export interface Lease {
  /** Epoch ms. */
  readonly until: number;
  /** The delivery that asks for it, see `deliveryId`. */
  readonly by: string;
}

export interface Wait {
  readonly nextAttemptAt: number;
  readonly lastError: LastError;
  /** Whether the attempt counts (an account's fault does not). */
  readonly counts: boolean;
  readonly lostResponses: number;
  readonly retriedMs: number;
}

export interface Page {
  readonly items: readonly LedgerSummary[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

/** The service's memory: one item a request. Every method throws DependencyUnavailable when it cannot be used. */
export interface Ledger {
  /** Puts the item unless there is one; returns the one that stands. */
  accept(request: ReprocessRequest, limits: Limits): Promise<LedgerItem>;
  /** Before each call. */
  claim(request: ReprocessRequest, lease: Lease, limits: Limits): Promise<Claim>;
  /** Counts an open claim as a crash and ends it. Returns the crashes in a row. Does nothing when the claim has passed on. */
  markCrashed(crashed: LedgerItem, limits: Limits): Promise<number>;
  /** Writes the outcome unless there is one, and the item too where there is none; returns the outcome that stands. */
  record(request: ReprocessRequest, outcome: Outcome, limits: Limits): Promise<Outcome>;
  /** Ends a claim without an outcome. Does nothing when the claim is no longer ours. */
  wait(claimed: LedgerItem, wait: Wait, limits: Limits): Promise<void>;
  /** Reads one item, consistently. */
  find(requestId: string, limits: Limits): Promise<LedgerItem | undefined>;
  /** A partner's requests of one image, newest first. @throws InvalidCursor */
  list(partner: string, imageId: string, page: { limit: number; cursor?: string }, limits: Limits): Promise<Page>;
}

export interface Logger {
  /** @param facts is called only where such lines are written */
  debug(message: string, facts: () => Readonly<Record<string, unknown>>): void;
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

export interface Metrics {
  /** Adds a value (1 without it) of one metric. */
  count(name: MetricName, value?: number): void;
  /** Writes what was added since the last time. To be called when an invocation ends, however it ends. */
  flush(): void;
}

import type { Preferences } from '../functions/core/request/preferences.ts';
import type { Reply } from './scenario/callbacks.ts';

/** How a call to the endpoint ended for the environment that made it. `proxy`: answered in the endpoint's place. */
export type CallEnd = number | 'not_sent' | 'lost' | 'proxy';

/**
 * What happened, in the order in which it happened. The models write it down where they act, so that it is the truth and
 * not what the code under test believes; the accounting reads nothing else.
 */
export type Happening =
  // The scenario
  | { readonly kind: 'key_change'; readonly secret: string; readonly endpoint: string }
  | { readonly kind: 'submitted'; readonly ref: string; readonly text: string }
  | {
      readonly kind: 'http_response';
      readonly ref: string;
      readonly status: number;
      /** The function itself failed; the status is the HTTP API's. */
      readonly ownFailure: boolean;
      readonly body: string;
      readonly invocation: number;
      readonly requestId?: string;
      /** The header, as it came. */
      readonly retryAfter?: string;
    }
  | { readonly kind: 'batch_handed'; readonly ref: string; readonly text: string }
  /** `ref`: of a batch that was handed over, or of what a person asked of it. */
  | {
      readonly kind: 'batch_response';
      readonly ref: string;
      readonly status: number;
      readonly body: string;
      readonly invocation: number;
    }
  /** Of any other call of a partner's. */
  | {
      readonly kind: 'api_response';
      readonly ref: string;
      readonly partner: string;
      readonly status: number;
      readonly body: string;
      readonly invocation: number;
      readonly retryAfter?: string;
    }
  // The queue of requests
  | {
      readonly kind: 'queued';
      readonly messageId: string;
      readonly groupId: string;
      readonly deduplicationId: string;
      readonly body: string;
    }
  | { readonly kind: 'received'; readonly messageId: string; readonly count: number; readonly invocation: number }
  | { readonly kind: 'hidden'; readonly messageId: string; readonly seconds: number; readonly invocation: number }
  | { readonly kind: 'deleted'; readonly messageId: string }
  | { readonly kind: 'dead_lettered'; readonly messageId: string; readonly count: number }
  // Lambda
  | { readonly kind: 'began'; readonly invocation: number; readonly environment: string; readonly text: string }
  | { readonly kind: 'ended'; readonly invocation: number; readonly text: string }
  | { readonly kind: 'cut_off'; readonly invocation: number }
  | { readonly kind: 'stalled'; readonly invocation: number; readonly ms: number }
  | { readonly kind: 'killed'; readonly invocation: number; readonly text: string; readonly poison?: string }
  | { readonly kind: 'began_too_late'; readonly invocation: number; readonly what: string }
  /** A part of AWS refused a malformed operation, which must never be sent. */
  | { readonly kind: 'malformed'; readonly what: string }
  // The ledger
  | ({
      readonly kind: 'known';
      readonly requestId: string;
      readonly imageId: string;
      readonly preferences: string;
      readonly invocation: number;
    } & Origin)
  | {
      readonly kind: 'claimed';
      readonly requestId: string;
      readonly imageId: string;
      readonly preferences: string;
      readonly leaseUntil: number;
      readonly invocation: number;
    }
  /** A claim was counted as a crash. */
  | { readonly kind: 'marked_crashed'; readonly requestId: string; readonly invocation: number }
  | {
      readonly kind: 'waiting';
      readonly requestId: string;
      readonly invocation: number;
      readonly nextAttemptAt: number;
    }
  /** The attempts of a request that failed, as its item has them from now on, the oldest first. */
  | {
      readonly kind: 'attempts_told';
      readonly requestId: string;
      readonly invocation: number;
      readonly attempts: readonly ToldAttempt[];
    }
  | {
      readonly kind: 'recorded';
      readonly requestId: string;
      readonly invocation: number;
      readonly outcome: string;
      readonly code: string;
    }
  /** How a request's image ended was written. */
  | {
      readonly kind: 'completed';
      readonly requestId: string;
      readonly imageId: string;
      readonly by: string;
      readonly hasFailed: boolean;
      readonly confirmed: boolean | null;
      readonly isAmbiguous: boolean;
      readonly isUnknown: boolean;
      readonly status: string;
      readonly reason: string;
      readonly invocation: number;
    }
  | { readonly kind: 'line_counted'; readonly requestId: string; readonly as: string; readonly endedAs: string }
  | ({ readonly kind: 'batch_made'; readonly batchId: string; readonly invocation: number } & BatchFile)
  | ({ readonly kind: 'batch_checked'; readonly batchId: string; readonly refusal: string } & BatchFile)
  | { readonly kind: 'batch_controlled'; readonly batchId: string; readonly control: string }
  | { readonly kind: 'batch_ended'; readonly batchId: string; readonly invocation: number }
  /** A ledger write returned an error, whether or not it took effect. */
  | {
      readonly kind: 'ledger_failed';
      readonly requestId: string;
      readonly operation: string;
      readonly invocation: number;
    }
  // The endpoint
  | {
      readonly kind: 'call_began';
      readonly call: number;
      readonly imageId: string;
      readonly preferences: Preferences;
      readonly invocation: number;
    }
  /** `isLate`: the caller had given up already, or had crashed. */
  | { readonly kind: 'acted'; readonly call: number; readonly isLate: boolean }
  /** `retryAfter`: seconds that the endpoint asked for. */
  | { readonly kind: 'call_ended'; readonly call: number; readonly how: CallEnd; readonly retryAfter?: number }
  | { readonly kind: 'read_began'; readonly what: string; readonly invocation: number }
  /** `isStale`: the record is still of the enhancement before. */
  | {
      readonly kind: 'read_ended';
      readonly what: string;
      readonly how: CallEnd;
      readonly isStale: boolean;
      /** What came is not what the endpoint said. */
      readonly isSpoilt?: boolean;
      readonly invocation: number;
    }
  /** What it says of an order that somebody has processed again. */
  | {
      readonly kind: 'order_shown';
      readonly orderId: string;
      readonly state: 'known' | 'merging' | 'unknown' | 'deleted';
      readonly images: readonly { readonly imageId: string | null; readonly status: string | undefined }[];
    }
  /** An image is finished. `isShown`: its record says so, since no later enhancement was begun. */
  | {
      readonly kind: 'enhanced';
      readonly imageId: string;
      readonly call: number;
      readonly status: string;
      readonly reason: string;
      readonly isShown: boolean;
    }
  | { readonly kind: 'webhook'; readonly imageId: string; readonly error: boolean; readonly invocation: number }
  | {
      readonly kind: 'webhook_answered';
      readonly imageId: string;
      readonly status: number;
      readonly invocation: number;
    }
  // The bucket and the secrets
  | { readonly kind: 'object_put'; readonly key: string; readonly version: string; readonly text: string }
  | { readonly kind: 'key_read'; readonly invocation: number }
  // The queue of results
  | {
      readonly kind: 'published';
      readonly eventId: string;
      readonly groupId: string;
      readonly body: string;
      readonly isNew: boolean;
    }
  // Callbacks
  | { readonly kind: 'callback_queued'; readonly webhookId: string; readonly body: string }
  /** One has reached a receiver, and what that does with it. */
  | {
      readonly kind: 'callback_sent';
      readonly url: string;
      readonly webhookId: string;
      readonly eventId: string;
      readonly type: string;
      readonly body: string;
      readonly reply: Reply;
      readonly invocation: number;
    }
  | {
      readonly kind: 'callback_set';
      readonly partner: string;
      readonly url: string;
      readonly events: readonly string[];
      readonly invocation: number;
    }
  | { readonly kind: 'callback_removed'; readonly partner: string; readonly invocation: number }
  | { readonly kind: 'callback_paused'; readonly partner: string; readonly invocation: number }
  | { readonly kind: 'callback_resumed'; readonly partner: string; readonly invocation: number }
  | {
      readonly kind: 'delivery_logged';
      readonly webhookId: string;
      readonly state: string;
      readonly attempts: number;
      readonly invocation: number;
    }
  // What went wrong between two parts
  | { readonly kind: 'fault'; readonly text: string; readonly invocation: number };

/** Epoch ms by the clock of the worker. */
export interface ToldAttempt {
  readonly attempt: number;
  readonly at: number;
  readonly code: string;
  readonly status: number | null;
}

/** Where a request comes from, as its item says. */
export interface Origin {
  readonly source: string;
  /** Epoch ms, by the clock of whoever took it. */
  readonly acceptedAt: number;
  readonly partner?: string;
  readonly senderRequestId?: string;
  readonly batchId?: string;
  readonly file?: string;
  readonly line?: number;
  readonly round?: number;
  readonly againFor?: string;
}

export interface BatchFile {
  readonly key: string;
  readonly version: string;
}

export type Fact = Happening & {
  /** Epoch ms of virtual time. */
  readonly at: number;
};

export type FactOf<Kind extends Happening['kind']> = Extract<Fact, { readonly kind: Kind }>;

export interface Journal {
  readonly facts: readonly Fact[];
  note(happening: Happening): void;
}

export function createJournal(now: () => number): Journal {
  const facts: Fact[] = [];
  return {
    facts,
    note: (happening) => {
      facts.push(Object.assign(happening, { at: now() }));
    },
  };
}

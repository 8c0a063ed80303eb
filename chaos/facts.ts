import type { Preferences } from '../functions/core/request/preferences.ts';

/** How a call to the endpoint ended for the environment that made it. */
/** `proxy`: answered in the endpoint's place. */
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
      readonly requestId?: string;
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
  | { readonly kind: 'known'; readonly requestId: string; readonly imageId: string; readonly preferences: string }
  | {
      readonly kind: 'claimed';
      readonly requestId: string;
      readonly imageId: string;
      readonly fingerprint: string;
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
  | {
      readonly kind: 'recorded';
      readonly requestId: string;
      readonly invocation: number;
      readonly outcome: string;
      readonly code: string;
    }
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
  | { readonly kind: 'call_ended'; readonly call: number; readonly how: CallEnd }
  // The queue of results
  | {
      readonly kind: 'published';
      readonly eventId: string;
      readonly groupId: string;
      readonly body: string;
      readonly isNew: boolean;
    }
  // What went wrong between two parts
  | { readonly kind: 'fault'; readonly text: string; readonly invocation: number };

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
      facts.push({ ...happening, at: now() });
    },
  };
}

// The numbers of docs/reliability.md, docs/webhook.md, docs/batches.md,
// docs/callbacks.md and docs/messages.md, written down once more: what the service believes
// is not asked. Ms but where a name says otherwise.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A request that crashes its worker so often is given up. */
export const MAX_CRASHES = 3;

/** Lost responses: "five retries at most, 30 s, 2 min, 8 min, 32 min and 2 h 8 min apart". */
export const LOST_RESPONSE_WAITS = [30 * SECOND, 2 * MINUTE, 8 * MINUTE, 32 * MINUTE, 128 * MINUTE] as const;

/** "A retried request waits 2 s at first and twice as long each time, up to 15 minutes. Half of each wait is random." */
export const FIRST_WAIT = 2 * SECOND;
export const LONGEST_WAIT = 15 * MINUTE;
export const LONGEST_RETRY_AFTER = HOUR;

/** "Given up after `retryFor` (6 hours) and at least five attempts." */
export const RETRY_FOR = 6 * HOUR;
export const MIN_ATTEMPTS = 5;

/** The circuit breaker: "5 s at first, each probe that fails doubles the open time, up to 60 s". */
export const FIRST_OPEN = 5 * SECOND;
export const LONGEST_OPEN = MINUTE;
/** "After three calls in a row without a connection or without a response." */
export const MISSES = 3;
/** "A container keeps a request that it cannot send for a minute at most." */
export const KEPT_AT_MOST = MINUTE;

/** "The key is read again every 30 s." */
export const KEY_READ_EVERY = 30 * SECOND;

/** "13 days and 11 hours." */
export const LIFETIME = (13 * 24 + 11) * HOUR;

/** The daily limit: "near a reset, 10 s before and after it, no call begins". */
export const NEAR_RESET = 10 * SECOND;

/** "At 24 hours it ends as unknown." */
export const COMPLETION_WITHIN = 24 * HOUR;

/** A message of a crashed worker "comes again after its visibility timeout of six minutes". */
export const VISIBILITY = 6 * MINUTE;
/** "After hours of waiting it takes up to half an hour." */
export const SLOWED_WAIT = 30 * MINUTE;
/** An invocation of the worker. */
export const WORKER_TIMEOUT = MINUTE;

/** After these nobody knows whether the endpoint acted. */
export const GATEWAY_STATUSES: readonly unknown[] = [502, 504, 520, 524];
/** Faults of the account: a person has to act, and no attempt counts. */
export const ACCOUNT_STATUSES: readonly unknown[] = [401, 402];

/** Clocks of containers differ by at most 3 s either way, so that two of them may be 6 s apart. */
export const CLOCKS_APART = 6 * SECOND;

/** The limits of a partner: "a function takes a quarter of the burst at once, and at most 25". */
export const LOTS_IN_BURST = 4;
export const LARGEST_LOT = 25;

/** Callbacks: "sent again 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h after the attempt before, each a tenth more or less". */
export const CALLBACK_WAITS = [
  ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE],
  ...[2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR],
] as const;
export const CALLBACK_JITTER = 0.1;
/** "After eight attempts it is given up." */
export const CALLBACK_ATTEMPTS = 8;
/** "What happens within ten seconds of a callback's first `PUT` may not be told." */
export const CALLBACK_KNOWN_FOR = 10 * SECOND;
/** "After a day of nothing but failures the whole callback is paused." */
export const CALLBACK_PAUSED_AFTER = DAY;

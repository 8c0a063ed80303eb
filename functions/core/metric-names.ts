/**
 * Every metric of the service, with CloudWatch's unit. Their namespace is `Reprocess`, their only dimensions are stage and
 * function: what tells requests, outcomes or calls apart stands in the name. docs/metrics.md explains them one by one.
 */
export const METRICS = {
  // Requests, by the entry point that they came through; counted by the function that begins with them.
  RequestsHttp: 'Count',
  RequestsSqs: 'Count',
  RequestsUpload: 'Count',
  // Distinct outcomes, by what they say; a repeat of an event is not counted again.
  OutcomeSucceeded: 'Count',
  OutcomeFailed: 'Count',
  OutcomeInvalidRequest: 'Count',
  OutcomeRequestIdReused: 'Count',
  OutcomeNotFound: 'Count',
  OutcomeInvalidPreferences: 'Count',
  OutcomeRefused: 'Count',
  OutcomeGaveUp: 'Count',
  OutcomeExpired: 'Count',
  OutcomeInternal: 'Count',
  // Calls of the process endpoint, by what came back.
  Calls2xx: 'Count',
  Calls3xx: 'Count',
  Calls4xx: 'Count',
  Calls5xx: 'Count',
  CallsNotSent: 'Count',
  CallsLost: 'Count',
  CallLatency: 'Milliseconds',
  /** From accepted to outcome. */
  WaitingTime: 'Milliseconds',
  /** Since SQS took it, of the oldest request of a batch that goes back into the queue. */
  ReturnedAge: 'Milliseconds',
  Retries: 'Count',
  /** Calls of a request of which an earlier one may have acted. */
  DuplicateCalls: 'Count',
  ThrottledSeconds: 'Seconds',
  KeyRefreshes: 'Count',
  /** The circuit breaker opened because the endpoint refuses the account, or its key cannot be read. */
  AccountFault: 'Count',
  /** Requests answered out of the dead letters. */
  DeadLetters: 'Count',
  /** Calls of the webhook without its token. */
  WebhookRefused: 'Count',
  /** Calls of the webhook that say of an image what the endpoint denies. */
  WebhookContradicted: 'Count',
  /** Images that ended in an error, above the daily limit for example. */
  ImageFailed: 'Count',
  /** Requests that files and images asked for. */
  UploadedRequests: 'Count',
  /** Lines of files that were no request. */
  RejectedLines: 'Count',
  /** Images without an image id, and what has the name of a hidden or temporary file. */
  IgnoredUploads: 'Count',
  /** Objects that were gone, were not what their name says, or were put where nothing is read. */
  UnreadUploads: 'Count',
} as const;

export type MetricName = keyof typeof METRICS;

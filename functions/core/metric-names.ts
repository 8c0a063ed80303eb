/**
 * Every metric of the service, with CloudWatch's unit. The namespace is `Reprocess`, and the dimensions are stage and function,
 * of one metric also the version. Kinds of requests, outcomes and calls have names of their own instead. docs/metrics.md
 * explains each metric.
 */
export const METRICS = {
  // Requests by entry point; counted by the function that begins their processing.
  RequestsHttp: 'Count',
  RequestsSqs: 'Count',
  RequestsUpload: 'Count',
  // Outcomes by kind. An event that is published again is not counted again.
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
  // Calls of the process endpoint by result.
  Calls2xx: 'Count',
  Calls3xx: 'Count',
  Calls4xx: 'Count',
  Calls5xx: 'Count',
  CallsNotSent: 'Count',
  CallsLost: 'Count',
  CallLatency: 'Milliseconds',
  /** From accepted to outcome. */
  WaitingTime: 'Milliseconds',
  /** Time since SQS received the oldest request of a batch that is returned to the queue. */
  ReturnedAge: 'Milliseconds',
  Retries: 'Count',
  /** Calls of a request after an earlier call that may have acted. */
  DuplicateCalls: 'Count',
  ThrottledSeconds: 'Seconds',
  KeyRefreshes: 'Count',
  /** Of the daily limit, in the current window. */
  BudgetUsed: 'Percent',
  /** The daily limit is used up: counted once in a window. */
  BudgetExhausted: 'Count',
  /** An image failed for the daily limit although the count had some left, or a probe did: the account is paused. */
  AccountPaused: 'Count',
  /** Requests that failed only for the daily limit and are sent again. */
  SentAgain: 'Count',
  /** The circuit breaker opened because the endpoint refuses the account, or because its key cannot be read. */
  AccountFault: 'Count',
  /** Messages that went back to their queue because a step failed. */
  StepFailed: 'Count',
  /** Errors that no dependency, endpoint or caller explains: bugs. The only metric that is also written by version. */
  UnexpectedErrors: 'Count',
  /** Messages received from the dead-letter queue. */
  DeadLetters: 'Count',
  /** Calls of the webhook with a wrong token. */
  WebhookRefused: 'Count',
  /** Calls of the webhook without any token. Anybody can make them. */
  WebhookWithoutToken: 'Count',
  /** Calls of the webhook that the endpoint's record of the image contradicts. */
  WebhookContradicted: 'Count',
  /** Images that ended in an error, for example because of the daily limit. */
  ImageFailed: 'Count',
  /** Images that the sweep found finished, and of which the webhook did not tell within two minutes. */
  MissedWebhooks: 'Count',
  /** Started requests of which nobody knows how they ended. */
  CompletionsUnknown: 'Count',
  /** How long the oldest request has been due when the sweep begins. */
  LookDelay: 'Milliseconds',
  /** Requests from uploaded files and images. */
  UploadedRequests: 'Count',
  /** Lines of batches that were sent to the queue. */
  FedLines: 'Count',
  /** Batches of which every line has ended. */
  FinishedBatches: 'Count',
  /** Batches that have not ended, once a minute. Written also when there is none: then the feeder is at work. */
  OpenBatches: 'None',
  /** Of those, the ones that may go on and have not for an hour. */
  StalledBatches: 'None',
  /** Callbacks that a receiver took. */
  CallbacksDelivered: 'Count',
  /** For each of them, from its event to then. */
  CallbackDelay: 'Milliseconds',
  /** POSTs that were not answered with a 2xx. */
  CallbackAttemptsFailed: 'Count',
  /** Callbacks that no attempt brought to their receiver, or that a receiver refused for good. */
  CallbacksGivenUp: 'Count',
  /** Partners' callbacks that were paused after a day of failures. */
  CallbacksPaused: 'Count',
  /** Partners' callbacks that were removed, since their receiver answered 410. */
  CallbacksRemoved: 'Count',
  /** Minutes in which no call is made for the account: its daily limit is used up, or a person has paused it. */
  PausedMinutes: 'Count',
  /** Lines of files that are not a valid request. */
  RejectedLines: 'Count',
  /** Images without an image id, and objects with the name of a hidden or temporary file. */
  IgnoredUploads: 'Count',
  /** Objects that were deleted before they were read, do not match their name's extension, or are in a folder that is not read. */
  UnreadUploads: 'Count',
} as const;

export type MetricName = keyof typeof METRICS;

import type {
  ApiEnvironment,
  BatchApiEnvironment,
  CallbackApiEnvironment,
  CallbackDeliveryEnvironment,
  DeadLettersEnvironment,
  FeederEnvironment,
  OrderApiEnvironment,
  SweepEnvironment,
  UploadEnvironment,
  WebhookEnvironment,
  WorkerEnvironment,
} from '../functions/environment.ts';
import {
  API_TIMEOUT,
  BATCH_SIZE,
  bulkDepth,
  CALLBACK_TIMEOUT,
  DEAD_LETTERS_TIMEOUT,
  FEEDER_TIMEOUT,
  FREE_RECEIVES,
  IMAGE_CALLS_PER_SECOND,
  maxReceiveCount,
  requestLifetime,
  SLOWED_WAIT,
  SWEEP_TIMEOUT,
  UPLOAD_TIMEOUT,
  visibilityTimeout,
  WEBHOOK_TIMEOUT,
  WORKER_TIMEOUT,
} from '../infra/limits.ts';
import { settingsOf } from '../infra/stages.ts';

// The simulated copy of the service has the numbers that a deployed one has by default, from where the stacks take them.
const settings = settingsOf('local');
const SECOND = 1000;

const queueUrl = (name: string) => `https://sqs.eu-west-1.amazonaws.com/000000000000/${name}`;

export const NAMES = {
  requests: 'requests.fifo',
  deadLetters: 'requests-dead-letters.fifo',
  results: 'results.fifo',
  callbacks: 'callbacks.fifo',
  callbackDeadLetters: 'callbacks-dead-letters.fifo',
  table: 'ledger',
  apiKey: 'autoenhance-api-key',
  partnerKeys: 'partner-keys',
  webhookToken: 'webhook-token',
  callbackKeys: 'callback-keys',
  uploads: 'uploads',
  feederSource: 'reprocess.chaos',
} as const;

/** Ms but where a name says otherwise. */
export const LIMITS = {
  workerTimeout: WORKER_TIMEOUT * SECOND,
  apiTimeout: API_TIMEOUT * SECOND,
  deadLettersTimeout: DEAD_LETTERS_TIMEOUT * SECOND,
  webhookTimeout: WEBHOOK_TIMEOUT * SECOND,
  uploadTimeout: UPLOAD_TIMEOUT * SECOND,
  feederTimeout: FEEDER_TIMEOUT * SECOND,
  sweepTimeout: SWEEP_TIMEOUT * SECOND,
  callbackTimeout: CALLBACK_TIMEOUT * SECOND,
  visibility: visibilityTimeout(WORKER_TIMEOUT) * SECOND,
  callbacksVisibility: visibilityTimeout(CALLBACK_TIMEOUT) * SECOND,
  deadLettersVisibility: visibilityTimeout(DEAD_LETTERS_TIMEOUT) * SECOND,
  retention: settings.retention * SECOND,
  maxReceiveCount: maxReceiveCount(settings.retention),
  workerConcurrency: settings.workerConcurrency,
  batchSize: BATCH_SIZE,
} as const;

const everyFunction = { STAGE: 'chaos', LOG_LEVEL: 'error' } as const;
const budget = {
  DAILY_LIMIT: null,
  DAILY_RESET: { minute: 0, zone: 'UTC' },
  INTERACTIVE_SHARE: settings.interactiveShare,
} as const;
const receiveBudget = { FREE_RECEIVES, SLOWED_WAIT_SECONDS: SLOWED_WAIT };

const callsPerSecond = settings.workerConcurrency * settings.callsPerSecond;
const autoenhance = {
  AUTOENHANCE_SECRET_ID: NAMES.apiKey,
  AUTOENHANCE_BASE_URL: 'https://api.autoenhance.ai',
  AUTOENHANCE_API_VERSION: settings.autoenhanceApiVersion,
} as const;
const queues = {
  LEDGER_TABLE: NAMES.table,
  REQUESTS_QUEUE_URL: queueUrl(NAMES.requests),
  RESULTS_QUEUE_URL: queueUrl(NAMES.results),
  CALLBACKS_QUEUE_URL: queueUrl(NAMES.callbacks),
} as const;
const noConsole = { CONSOLE: 'off', SESSION_SECRET_ID: '' } as const;
const partnerKeys = {
  PARTNER_KEYS_SECRET_ID: NAMES.partnerKeys,
  PARTNER_KEYS_TTL_SECONDS: settings.partnerKeysTtl,
} as const;

export const WORKER: WorkerEnvironment = {
  ...everyFunction,
  ...receiveBudget,
  ...budget,
  ...queues,
  ...autoenhance,
  RETRY_FOR_SECONDS: settings.retryFor,
  LOST_RESPONSE_WAIT_SECONDS: settings.lostResponseWait,
  CALLS_PER_SECOND: settings.callsPerSecond,
  REQUEST_LIFETIME_SECONDS: requestLifetime(settings.retention),
  FIRST_LOOK_SECONDS: settings.completionLooks[0] ?? 0,
};

export const DEAD_LETTERS: DeadLettersEnvironment = {
  ...everyFunction,
  ...receiveBudget,
  LEDGER_TABLE: NAMES.table,
  DEAD_LETTERS_QUEUE_URL: queueUrl(NAMES.deadLetters),
  RESULTS_QUEUE_URL: queueUrl(NAMES.results),
  CALLBACKS_QUEUE_URL: queueUrl(NAMES.callbacks),
};

/** Wide enough for every run: what is kept back by a limit is refused, and was never accepted. */
const partnerLimits = { PARTNER_CALLS_PER_SECOND: 1000, PARTNER_BURST: 10_000, PARTNER_BATCHES_PER_DAY: 10_000 };

export const API: ApiEnvironment = {
  ...everyFunction,
  ...budget,
  ...partnerLimits,
  ...partnerKeys,
  LEDGER_TABLE: NAMES.table,
  REQUESTS_QUEUE_URL: queueUrl(NAMES.requests),
  DEAD_LETTERS_QUEUE_URL: queueUrl(NAMES.deadLetters),
  ...noConsole,
  VERSION: 'simulated',
  MAX_QUEUE_DEPTH: settings.maxQueueDepth,
};

export const BATCH_API: BatchApiEnvironment = {
  ...everyFunction,
  ...budget,
  ...partnerLimits,
  ...partnerKeys,
  ...noConsole,
  LEDGER_TABLE: NAMES.table,
  UPLOADS_BUCKET: NAMES.uploads,
  FILES_KEPT_DAYS: settings.uploadsExpireAfterDays,
  FEEDER_SOURCE: NAMES.feederSource,
  CALLS_PER_SECOND: callsPerSecond,
};

export const ORDER_API: OrderApiEnvironment = { ...BATCH_API, ...autoenhance, IMAGE_CALLS_PER_SECOND };

export const UPLOAD: UploadEnvironment = {
  ...everyFunction,
  ...budget,
  ...queues,
  UPLOADS_BUCKET: NAMES.uploads,
  FEEDER_SOURCE: NAMES.feederSource,
  CALLS_PER_SECOND: callsPerSecond,
  FILES_KEPT_DAYS: settings.uploadsExpireAfterDays,
};

export const FEEDER: FeederEnvironment = {
  ...everyFunction,
  ...budget,
  ...queues,
  UPLOADS_BUCKET: NAMES.uploads,
  BULK_DEPTH: bulkDepth(callsPerSecond),
};

export const WEBHOOK: WebhookEnvironment = {
  ...everyFunction,
  ...queues,
  ...autoenhance,
  DAILY_RESET: budget.DAILY_RESET,
  WEBHOOK_TOKEN_SECRET_ID: NAMES.webhookToken,
};

export const SWEEP: SweepEnvironment = {
  ...everyFunction,
  ...queues,
  ...autoenhance,
  DAILY_RESET: budget.DAILY_RESET,
  CALLS_PER_SECOND: settings.sweepCallsPerSecond,
  LOOKS_SECONDS: settings.completionLooks,
  COMPLETION_WITHIN_SECONDS: settings.completionWithin,
  EXPECTS_WEBHOOK: settings.expectsWebhook,
};

const callbacks = {
  ...everyFunction,
  LEDGER_TABLE: NAMES.table,
  CALLBACK_KEYS_SECRET_ID: NAMES.callbackKeys,
  CALLBACK_RECEIVERS: 'public',
} as const;

export const CALLBACK_API: CallbackApiEnvironment = { ...callbacks, ...partnerLimits, ...partnerKeys, ...noConsole };

export const CALLBACK_DELIVERY: CallbackDeliveryEnvironment = {
  ...callbacks,
  ...receiveBudget,
  CALLBACKS_QUEUE_URL: queues.CALLBACKS_QUEUE_URL,
  RESULTS_QUEUE_URL: queues.RESULTS_QUEUE_URL,
  CALLBACK_LIFETIME_SECONDS: requestLifetime(settings.retention),
};

import type { ApiEnvironment, DeadLettersEnvironment, WorkerEnvironment } from '../functions/environment.ts';
import {
  API_TIMEOUT,
  BATCH_SIZE,
  DEAD_LETTERS_TIMEOUT,
  FREE_RECEIVES,
  maxReceiveCount,
  requestLifetime,
  SLOWED_WAIT,
  visibilityTimeout,
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
  table: 'ledger',
  apiKey: 'autoenhance-api-key',
  partnerKeys: 'partner-keys',
} as const;

/** Ms but where a name says otherwise. */
export const LIMITS = {
  workerTimeout: WORKER_TIMEOUT * SECOND,
  apiTimeout: API_TIMEOUT * SECOND,
  deadLettersTimeout: DEAD_LETTERS_TIMEOUT * SECOND,
  visibility: visibilityTimeout(WORKER_TIMEOUT) * SECOND,
  deadLettersVisibility: visibilityTimeout(DEAD_LETTERS_TIMEOUT) * SECOND,
  retention: settings.retention * SECOND,
  requestLifetime: requestLifetime(settings.retention) * SECOND,
  retryFor: settings.retryFor * SECOND,
  slowedWait: SLOWED_WAIT * SECOND,
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

export const WORKER: WorkerEnvironment = {
  ...everyFunction,
  ...receiveBudget,
  ...budget,
  LEDGER_TABLE: NAMES.table,
  REQUESTS_QUEUE_URL: queueUrl(NAMES.requests),
  RESULTS_QUEUE_URL: queueUrl(NAMES.results),
  CALLBACKS_QUEUE_URL: queueUrl(NAMES.callbacks),
  AUTOENHANCE_SECRET_ID: NAMES.apiKey,
  AUTOENHANCE_BASE_URL: 'https://api.autoenhance.ai',
  AUTOENHANCE_API_VERSION: settings.autoenhanceApiVersion,
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
  LEDGER_TABLE: NAMES.table,
  REQUESTS_QUEUE_URL: queueUrl(NAMES.requests),
  PARTNER_KEYS_SECRET_ID: NAMES.partnerKeys,
  PARTNER_KEYS_TTL_SECONDS: settings.partnerKeysTtl,
  DEAD_LETTERS_QUEUE_URL: queueUrl(NAMES.deadLetters),
  CONSOLE: 'off',
  VERSION: 'simulated',
  SESSION_SECRET_ID: '',
  MAX_QUEUE_DEPTH: settings.maxQueueDepth,
};

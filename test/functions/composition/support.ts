import type { Runtime } from '../../../functions/runtime.ts';
import { NO_LIMIT, NO_PARTNER_LIMITS, standingClock } from '../../support/fixtures.ts';

type Answer = (input: Record<string, unknown>) => unknown;

/** What each client is asked, with what it answers. A sleep takes for ever: it only cuts off what takes too long. */
export function recordingRuntime(answers: { readonly secrets?: Answer; readonly dynamo?: Answer } = {}) {
  const clock = standingClock();
  const asked = { sqs: [] as object[], dynamo: [] as object[], secrets: [] as object[] };
  const client = (to: object[], answer: Answer = () => ({})) =>
    (async ({ input }: { readonly input: Record<string, unknown> }) => {
      to.push(input);
      return answer(input);
    }) as never;
  const runtime: Runtime = {
    sqs: client(asked.sqs),
    dynamo: client(asked.dynamo, answers.dynamo),
    secrets: client(asked.secrets, answers.secrets),
    clock: { ...clock, sleep: () => new Promise(() => {}) },
    random: () => 0,
    randomId: () => 'random',
    invocation: {},
    write: () => undefined,
  };
  return { runtime, clock, asked };
}

const queueUrl = (name: string) => `https://sqs/${name}.fifo`;

/** The variables of every function, no two alike that could be taken for each other. */
export const ENVIRONMENT = {
  STAGE: 'test',
  LOG_LEVEL: 'info',
  VERSION: '1.0.0',
  LEDGER_TABLE: 'ledger',
  UPLOADS_BUCKET: 'uploads',
  FILES_KEPT_DAYS: 180,
  FEEDER_SOURCE: 'reprocess.test',
  REQUESTS_QUEUE_URL: queueUrl('requests'),
  RESULTS_QUEUE_URL: queueUrl('results'),
  CALLBACKS_QUEUE_URL: queueUrl('callbacks'),
  DEAD_LETTERS_QUEUE_URL: queueUrl('dead-letters'),
  MAX_QUEUE_DEPTH: 1000,
  FREE_RECEIVES: 300,
  SLOWED_WAIT_SECONDS: 1800,
  AUTOENHANCE_SECRET_ID: 'key',
  AUTOENHANCE_BASE_URL: 'https://endpoint',
  AUTOENHANCE_API_VERSION: '',
  RETRY_FOR_SECONDS: 60,
  LOST_RESPONSE_WAIT_SECONDS: 30,
  REQUEST_LIFETIME_SECONDS: 13 * 86_400,
  FIRST_LOOK_SECONDS: 120,
  CALLS_PER_SECOND: 1000,
  IMAGE_CALLS_PER_SECOND: 1,
  CALLBACK_KEYS_SECRET_ID: 'callback-keys',
  CALLBACK_RECEIVERS: 'public',
  CALLBACK_LIFETIME_SECONDS: 12 * 86_400,
  WEBHOOK_TOKEN_SECRET_ID: 'token',
  PARTNER_KEYS_SECRET_ID: 'partners',
  PARTNER_KEYS_TTL_SECONDS: 60,
  CONSOLE: 'on',
  SESSION_SECRET_ID: 'sessions',
  ...NO_LIMIT,
  ...NO_PARTNER_LIMITS,
} as const;

import * as z from 'zod/mini';

// What each function reads from its environment. The stacks import the types, so that a variable that is missing from a
// stack is a compile error. Every value is a string, as Lambda hands it over.

const url = z.string().check(z.regex(/^https?:\/\//, 'must begin with http:// or https://'));
const name = z.string().check(z.minLength(1, 'must not be empty'));
const wholeNumber = z.pipe(z.string().check(z.regex(/^\d+$/, 'must be a whole number')), z.transform(Number));

const everyFunction = {
  /** The deployed copy: `dev`, `staging`, `production`, `local`. */
  STAGE: name,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error'),
};

/** Receives after which a message is slowed down, and to how long a wait: waiting must not reach the dead letters. */
const receiveBudget = { FREE_RECEIVES: wholeNumber, SLOWED_WAIT_SECONDS: wholeNumber };

/** Where the endpoint is and what it wants. */
const autoenhance = {
  /** Name or ARN of the secret that holds the Autoenhance API key. */
  AUTOENHANCE_SECRET_ID: name,
  AUTOENHANCE_BASE_URL: url,
  /** Sent as `x-api-version`; empty: the version pinned to the account. */
  AUTOENHANCE_API_VERSION: z.string(),
};

export const workerEnvironment = z.object({
  ...everyFunction,
  ...receiveBudget,
  ...autoenhance,
  LEDGER_TABLE: name,
  REQUESTS_QUEUE_URL: url,
  RESULTS_QUEUE_URL: url,
  /** How long a failure that may pass is retried, counted from a request's first attempt. */
  RETRY_FOR_SECONDS: wholeNumber,
  /** How long a call that may have acted is not repeated. */
  LOST_RESPONSE_WAIT_SECONDS: wholeNumber,
  /** Calls that one container may begin within any second. */
  CALLS_PER_SECOND: wholeNumber,
  /** How long a request may be in its queue before it ends as `expired`. */
  REQUEST_LIFETIME_SECONDS: wholeNumber,
});

export const deadLettersEnvironment = z.object({
  ...everyFunction,
  ...receiveBudget,
  LEDGER_TABLE: name,
  DEAD_LETTERS_QUEUE_URL: url,
  RESULTS_QUEUE_URL: url,
});

export const apiEnvironment = z.object({
  ...everyFunction,
  LEDGER_TABLE: name,
  REQUESTS_QUEUE_URL: url,
  /** Name or ARN of the secret that holds the hashes of the partners' keys. */
  PARTNER_KEYS_SECRET_ID: name,
  /** How long they are kept in memory. */
  PARTNER_KEYS_TTL_SECONDS: wholeNumber,
  /** Requests waiting in the queue from which on a caller is answered 202 at once. */
  MAX_QUEUE_DEPTH: wholeNumber,
});

export const webhookEnvironment = z.object({
  ...everyFunction,
  ...autoenhance,
  LEDGER_TABLE: name,
  RESULTS_QUEUE_URL: url,
  /** Name or ARN of the secret that holds the token which each call of the webhook carries. */
  WEBHOOK_TOKEN_SECRET_ID: name,
});

export const uploadEnvironment = z.object({
  ...everyFunction,
  LEDGER_TABLE: name,
  REQUESTS_QUEUE_URL: url,
  RESULTS_QUEUE_URL: url,
  UPLOADS_BUCKET: name,
  /** The source of the events with which a run asks for the next one. */
  NEXT_RUN_SOURCE: name,
  /** Requests that the queue may hold while a file is fed to it. */
  MAX_QUEUE_DEPTH: wholeNumber,
  /** Enhancements that the account may ask for in a day. */
  DAILY_LIMIT: wholeNumber,
});

export type WorkerEnvironment = z.output<typeof workerEnvironment>;
export type DeadLettersEnvironment = z.output<typeof deadLettersEnvironment>;
export type ApiEnvironment = z.output<typeof apiEnvironment>;
export type WebhookEnvironment = z.output<typeof webhookEnvironment>;
export type UploadEnvironment = z.output<typeof uploadEnvironment>;

/** A function's variables as a stack has to set them. */
export type WorkerVariables = z.input<typeof workerEnvironment>;
export type DeadLettersVariables = z.input<typeof deadLettersEnvironment>;
export type ApiVariables = z.input<typeof apiEnvironment>;
export type UploadVariables = z.input<typeof uploadEnvironment>;
export type WebhookVariables = z.input<typeof webhookEnvironment>;

/** @throws Error that names every variable that is missing or wrong, and none of their values */
export function readEnvironment<Schema extends z.ZodMiniType>(
  schema: Schema,
  variables: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const variable = String(path[0]);
    return `${variable} ${variables[variable] === undefined ? 'is missing' : message}`;
  });
  throw new Error(`the function's environment is incomplete: ${problems.join('; ')}`);
}

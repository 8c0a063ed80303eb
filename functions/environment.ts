import * as z from 'zod/mini';
import type { LimitReset } from './core/budget/window.ts';

// Each function's environment variables. The stacks import the types, so that a missing variable is a compile error. Lambda
// passes every value as a string. Schemas are made by functions, so that each entry makes only its own.

const url = z.string().check(z.regex(/^https?:\/\//, 'must begin with http:// or https://'));
const name = z.string().check(z.minLength(1, 'must not be empty'));
const wholeNumber = z.pipe(z.string().check(z.regex(/^\d+$/, 'must be a whole number')), z.transform(Number));

const everyFunction = {
  /** The deployed copy: `dev`, `staging`, `production`, `local`. */
  STAGE: name,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error'),
};

/** Receives after which a message waits longer, and how long: waiting alone must not make it a dead letter. */
const receiveBudget = { FREE_RECEIVES: wholeNumber, SLOWED_WAIT_SECONDS: wholeNumber };

/** Where outcomes, and what became of images and batches, are recorded and told. */
const publishing = {
  LEDGER_TABLE: name,
  RESULTS_QUEUE_URL: url,
  /** For the events of partners that want to be called. */
  CALLBACKS_QUEUE_URL: url,
};

/** The endpoint and its key. */
const autoenhance = () => ({
  /** Name or ARN of the secret with the Autoenhance API key. */
  AUTOENHANCE_SECRET_ID: name,
  AUTOENHANCE_BASE_URL: url,
  /** Sent as `x-api-version`. Empty for the version that is pinned to the account. */
  AUTOENHANCE_API_VERSION: z.string(),
});

const MINUTES = 60;

/** `HH:MM Zone`, or, where a day is to be short, `every N s`. */
const limitReset = () =>
  z.pipe(
    z
      .string()
      .check(
        z.regex(/^(([01]\d|2[0-3]):[0-5]\d [\w/+-]+|every [1-9]\d* s)$/, 'must be HH:MM and a time zone, or every N s'),
      ),
    z.transform((text): LimitReset => {
      const [first = '', second = ''] = text.split(' ');
      if (first === 'every') return { everyMs: Number(second) * 1000 };
      const [hours = 0, minutes = 0] = first.split(':').map(Number);
      return { minute: hours * MINUTES + minutes, zone: second };
    }),
  );

/** What the account may be asked for. */
const budget = () => ({
  /** Enhancements from one reset to the next, or `none`. */
  DAILY_LIMIT: z.pipe(
    z.string().check(z.regex(/^([1-9]\d*|none)$/, 'must be a whole number from 1, or none')),
    z.transform((text) => (text === 'none' ? null : Number(text))),
  ),
  DAILY_RESET: limitReset(),
  /** The part of the limit that bulk leaves to single requests. */
  INTERACTIVE_SHARE: z.pipe(
    z.string().check(z.regex(/^(0(\.\d+)?|\d(\.\d+)?e-\d+)$/, 'must be a number from 0 to 0.9')),
    z.transform(Number),
  ),
});

/** Calls partners back. */
const callbacks = () => ({
  LEDGER_TABLE: name,
  /** Name or ARN of the secret with the keys that signing secrets are derived from. */
  CALLBACK_KEYS_SECRET_ID: name,
  /** Where callbacks may go: to public addresses by HTTPS, or, on one machine, to any. */
  CALLBACK_RECEIVERS: z.enum(['public', 'any'], 'must be public or any'),
});

export const workerEnvironment = () =>
  z.object({
    ...everyFunction,
    ...receiveBudget,
    ...autoenhance(),
    ...budget(),
    ...publishing,
    REQUESTS_QUEUE_URL: url,
    /** How long a retryable failure is retried, counted from a request's first attempt. */
    RETRY_FOR_SECONDS: wholeNumber,
    /** The first wait after a call that may have acted. */
    LOST_RESPONSE_WAIT_SECONDS: wholeNumber,
    /** Calls that one container may begin within any second. */
    CALLS_PER_SECOND: wholeNumber,
    /** How long a request may be in its queue before it ends as `expired`. */
    REQUEST_LIFETIME_SECONDS: wholeNumber,
    /** How long after its start the sweep first looks at a request. */
    FIRST_LOOK_SECONDS: wholeNumber,
  });

export const deadLettersEnvironment = () =>
  z.object({
    ...everyFunction,
    ...receiveBudget,
    ...publishing,
    DEAD_LETTERS_QUEUE_URL: url,
  });

/** For a partner whose entry says nothing else. */
const partnerLimits = {
  PARTNER_CALLS_PER_SECOND: wholeNumber,
  PARTNER_BURST: wholeNumber,
  PARTNER_BATCHES_PER_DAY: wholeNumber,
};

/** Who may call the HTTP API, with a key or with a session of the console. */
const callers = () => ({
  /** Name or ARN of the secret with the hashes of the partners' keys. */
  PARTNER_KEYS_SECRET_ID: name,
  /** How long they, and what signs sessions, are kept in memory. */
  PARTNER_KEYS_TTL_SECONDS: wholeNumber,
  /** Whether the stage has a console, and whether it may change anything. */
  CONSOLE: z.enum(['on', 'read-only', 'off'], 'must be on, read-only or off'),
  /** Name or ARN of the secret that signs the console's sessions. Empty without a console. */
  SESSION_SECRET_ID: z.string(),
});

export const apiEnvironment = () =>
  z.object({
    ...everyFunction,
    ...budget(),
    ...partnerLimits,
    LEDGER_TABLE: name,
    REQUESTS_QUEUE_URL: url,
    ...callers(),
    /** Only counted. */
    DEAD_LETTERS_QUEUE_URL: url,
    /** Of the service, as released. */
    VERSION: name,
    /** With more requests than this in the queue, callers get a 202 at once. */
    MAX_QUEUE_DEPTH: wholeNumber,
  });

export const webhookEnvironment = () =>
  z.object({
    ...everyFunction,
    ...autoenhance(),
    DAILY_RESET: limitReset(),
    /** Takes a request that is sent again after the daily limit. */
    REQUESTS_QUEUE_URL: url,
    ...publishing,
    /** Name or ARN of the secret with the webhook's token. */
    WEBHOOK_TOKEN_SECRET_ID: name,
  });

export const sweepEnvironment = () =>
  z.object({
    ...everyFunction,
    ...autoenhance(),
    ...publishing,
    REQUESTS_QUEUE_URL: url,
    DAILY_RESET: limitReset(),
    /** Calls that it may begin within any second. */
    CALLS_PER_SECOND: wholeNumber,
    /** When to look at a request after its start, such as `120 300`. */
    LOOKS_SECONDS: z.pipe(
      z.string().check(z.regex(/^\d+( \d+)*$/, 'must be whole numbers with a blank between them')),
      z.transform((text) => text.split(' ').map(Number)),
    ),
    /** How long after its start it ends as `completion_unknown`. */
    COMPLETION_WITHIN_SECONDS: wholeNumber,
    /** Whether what the webhook missed is counted: `yes` or `no`. */
    EXPECTS_WEBHOOK: z.pipe(
      z.enum(['yes', 'no'], 'must be yes or no'),
      z.transform((text) => text === 'yes'),
    ),
  });

export const uploadEnvironment = () =>
  z.object({
    ...everyFunction,
    LEDGER_TABLE: name,
    REQUESTS_QUEUE_URL: url,
    RESULTS_QUEUE_URL: url,
    UPLOADS_BUCKET: name,
    /** The source of the events that wake the feeder. */
    FEEDER_SOURCE: name,
    ...budget(),
    /** The most that all workers make together. */
    CALLS_PER_SECOND: wholeNumber,
    /** How long the bucket keeps a request file. */
    FILES_KEPT_DAYS: wholeNumber,
  });

export const feederEnvironment = () =>
  z.object({
    ...everyFunction,
    ...budget(),
    ...publishing,
    REQUESTS_QUEUE_URL: url,
    UPLOADS_BUCKET: name,
    /** Requests that the queue may hold while lines are added to it. */
    BULK_DEPTH: wholeNumber,
  });

/** Takes batches, shows them and steers them. */
const batches = () => ({
  ...everyFunction,
  ...budget(),
  ...partnerLimits,
  LEDGER_TABLE: name,
  UPLOADS_BUCKET: name,
  /** How many days the bucket keeps a request file. */
  FILES_KEPT_DAYS: wholeNumber,
  ...callers(),
  /** The source of the events that wake the feeder. */
  FEEDER_SOURCE: name,
  /** The most that all workers make together. */
  CALLS_PER_SECOND: wholeNumber,
});

export const batchApiEnvironment = () => z.object(batches());

export const orderApiEnvironment = () =>
  z.object({
    ...batches(),
    ...autoenhance(),
    /** Calls for images that one container may begin within any second. */
    IMAGE_CALLS_PER_SECOND: wholeNumber,
  });

export const consoleEnvironment = () =>
  z.object({
    ...everyFunction,
    ...callers(),
    LEDGER_TABLE: name,
    /** The folder of the function's own code, in which the page's files are. Lambda sets it. */
    LAMBDA_TASK_ROOT: name,
  });

/** No deployed copy may call private addresses, whatever its variables say. */
function checkReceivers({ STAGE, CALLBACK_RECEIVERS }: Readonly<Record<'STAGE' | 'CALLBACK_RECEIVERS', string>>) {
  return CALLBACK_RECEIVERS === 'public' || STAGE === 'local';
}
const RECEIVERS_RULE = { path: ['CALLBACK_RECEIVERS'], error: 'may be any on the stage local alone' };

export const callbackApiEnvironment = () =>
  z
    .object({ ...everyFunction, ...callbacks(), ...callers(), ...partnerLimits })
    .check(z.refine(checkReceivers, RECEIVERS_RULE));

export const callbackDeliveryEnvironment = () =>
  z
    .object({
      ...everyFunction,
      ...receiveBudget,
      ...callbacks(),
      CALLBACKS_QUEUE_URL: url,
      /** What became of a callback itself. */
      RESULTS_QUEUE_URL: url,
      /** How long after its event a callback is given up. */
      CALLBACK_LIFETIME_SECONDS: wholeNumber,
    })
    .check(z.refine(checkReceivers, RECEIVERS_RULE));

/** What a function reads. */
type Values<SchemaOf extends () => z.ZodMiniType> = z.output<ReturnType<SchemaOf>>;
/** What its stack sets. */
type Variables<SchemaOf extends () => z.ZodMiniType> = z.input<ReturnType<SchemaOf>>;

export type WorkerEnvironment = Values<typeof workerEnvironment>;
export type DeadLettersEnvironment = Values<typeof deadLettersEnvironment>;
export type ApiEnvironment = Values<typeof apiEnvironment>;
export type WebhookEnvironment = Values<typeof webhookEnvironment>;
export type SweepEnvironment = Values<typeof sweepEnvironment>;
export type UploadEnvironment = Values<typeof uploadEnvironment>;
export type FeederEnvironment = Values<typeof feederEnvironment>;

export type CallbackApiEnvironment = Values<typeof callbackApiEnvironment>;
export type CallbackDeliveryEnvironment = Values<typeof callbackDeliveryEnvironment>;

/** The variables about the daily limit. */
export type BudgetEnvironment = Pick<WorkerEnvironment, keyof ReturnType<typeof budget>>;
export type BudgetVariables = Pick<WorkerVariables, keyof ReturnType<typeof budget>>;

/** The variables about each partner's limits. */
export type PartnerLimitsEnvironment = Pick<ApiEnvironment, keyof typeof partnerLimits>;
export type PartnerLimitsVariables = Pick<ApiVariables, keyof typeof partnerLimits>;

export type BatchApiEnvironment = Values<typeof batchApiEnvironment>;
export type OrderApiEnvironment = Values<typeof orderApiEnvironment>;
export type ConsoleEnvironment = Values<typeof consoleEnvironment>;

/** A function's variables, for the stack that sets them. */
export type WorkerVariables = Variables<typeof workerEnvironment>;
export type DeadLettersVariables = Variables<typeof deadLettersEnvironment>;
export type ApiVariables = Variables<typeof apiEnvironment>;
export type SweepVariables = Variables<typeof sweepEnvironment>;
export type UploadVariables = Variables<typeof uploadEnvironment>;
export type FeederVariables = Variables<typeof feederEnvironment>;
export type WebhookVariables = Variables<typeof webhookEnvironment>;
export type BatchApiVariables = Variables<typeof batchApiEnvironment>;
export type OrderApiVariables = Variables<typeof orderApiEnvironment>;
export type CallbackApiVariables = Variables<typeof callbackApiEnvironment>;
export type CallbackDeliveryVariables = Variables<typeof callbackDeliveryEnvironment>;
export type ConsoleVariables = Omit<Variables<typeof consoleEnvironment>, 'LAMBDA_TASK_ROOT'>;
/** Of every function that tells who calls. */
export type CallerVariables = Pick<ApiVariables, keyof ReturnType<typeof callers>>;

/** @throws Error that names every missing or wrong variable, without their values */
export function readEnvironment<SchemaOf extends () => z.ZodMiniType>(
  schemaOf: SchemaOf,
  variables: Readonly<Record<string, string | undefined>>,
): Values<SchemaOf> {
  const parsed = schemaOf().safeParse(variables);
  if (parsed.success) return parsed.data as Values<SchemaOf>;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const variable = String(path[0]);
    return `${variable} ${variables[variable] === undefined ? 'is missing' : message}`;
  });
  throw new Error(`the function's environment is incomplete: ${problems.join('; ')}`);
}

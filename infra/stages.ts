import * as z from 'zod';
import { readContext } from './context.ts';
import {
  ALL_IMAGE_CALLS_PER_SECOND,
  ATTEMPT_TIMEOUT,
  ENDPOINT_CALLS_PER_SECOND,
  LARGEST_MAX_RECEIVE_COUNT,
  LONGEST_RETRY_WAIT,
  maxReceiveCount,
  requestLifetime,
} from './limits.ts';

const SECONDS_PER_HOUR = 60 * 60;
const SECONDS_PER_DAY = 24 * SECONDS_PER_HOUR;
/** On which the clock is put back. */
const LONGEST_DAY = 25 * SECONDS_PER_HOUR;

// CloudWatch Logs takes these and no other.
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * How a new version of a function is taken into use: at once, or first for a part of its invocations, and for all of them
 * only when it did not fail meanwhile.
 */
export const ROLLOUTS = [
  'all-at-once',
  'canary-10-percent-5-minutes',
  'canary-10-percent-15-minutes',
  'canary-10-percent-30-minutes',
  'linear-10-percent-every-1-minute',
  'linear-10-percent-every-3-minutes',
] as const;

/** Somebody else's account, or one role of any account: what a queue's policy lets in. */
const principal = z
  .string()
  .regex(
    /^(\d{12}|arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+)$/,
    'must be an account of 12 digits, or the ARN of a role such as arn:aws:iam::123456789012:role/orders',
  );

const domainName = z
  .string()
  .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'must be a domain name such as reprocess.example.com');

/** A name of the HTTP API's own. */
const domain = z
  .strictObject({
    name: domainName,
    /** In the stage's region. */
    certificateArn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
        'must be the ARN of one of ACM’s certificates',
      ),
    /** Of Route 53, in which the name is entered. Without it somebody has to enter it elsewhere. */
    zone: z
      .strictObject({
        id: z.string().regex(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone such as Z0123456789ABCDEFGHIJ'),
        name: domainName,
      })
      .optional(),
    /** Whether the API no longer answers at the address that AWS made for it. */
    disableExecuteApiEndpoint: z.boolean('must be true or false').default(false),
  })
  .refine(({ name, zone }) => zone === undefined || name === zone.name || name.endsWith(`.${zone.name}`), {
    path: ['zone', 'name'],
    error: 'must be the end of the domain name, since the name is entered there',
  });

/** CloudFront and a firewall before the API. */
const edge = z.strictObject({
  /** What callers call; the API's own name stays behind it. */
  name: domainName,
  certificateArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
      'must be the ARN of one of ACM’s certificates in us-east-1: CloudFront takes no other',
    ),
  /** Of one IP address. */
  callsPerFiveMinutes: z
    .int()
    .min(10, 'must be at least 10: WAF takes no smaller limit')
    .max(2_000_000_000)
    .default(2000),
});

/** Which workflow on GitHub may deploy the stage. */
const deployment = z.strictObject({
  /** As GitHub writes it in its tokens: with both ids if the repository was created or renamed since 15 July 2026. */
  repository: z
    .string()
    .regex(
      /^([\w.-]+\/[\w.-]+|[\w.-]+@\d+\/[\w.-]+@\d+)$/,
      'must be OWNER/REPOSITORY, or OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID, as GitHub has it in its tokens',
    ),
  /** Of GitHub. Without it: the one with the stage's name. */
  environment: z
    .string()
    .regex(/^[\w.-]+$/, 'must be the name of an environment of that repository')
    .optional(),
  /** Whether this stage makes the account's identity provider for GitHub, of which there can be one only. */
  createProvider: z.boolean('must be true or false').default(true),
});

/** Calls a second, and how many may come at once. */
const throttle = z.strictObject({ rate: z.number().positive(), burst: z.int().positive() });

const IANA = 'must be the name of a time zone such as UTC or Europe/London';

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A time of day where the account's limit is counted. */
const dailyReset = z.strictObject({
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 00:00 or 17:30'),
  zone: z
    .string()
    .regex(/^[\w/+-]+$/, IANA)
    .refine(isTimeZone, IANA),
});

const VENDOR = 'https://api.autoenhance.ai';

/** One deployed copy of the service: what differs from the others, or might. What a stage leaves out has its default. */
const settings = z
  .strictObject({
    /** Without it: the account and region that the CLI is signed in to. */
    account: z
      .string()
      .regex(/^\d{12}$/, 'must be 12 digits')
      .optional(),
    region: z
      .string()
      .regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'must be a region such as eu-west-1')
      .optional(),
    autoenhanceBaseUrl: z
      .string()
      .regex(/^https:\/\/[a-z0-9.-]+(:\d+)?$/i, 'must be https://, a host and no path: the key travels there')
      .default(VENDOR),
    /** Sent as `x-api-version`; empty: the version pinned to the account. */
    autoenhanceApiVersion: z
      .string()
      .regex(/^(\d{4}-\d{2}-\d{2})?$/, 'must be a date such as 2025-05-08, or empty')
      .default('2025-05-08'),
    /** Batches at once. */
    workerConcurrency: z
      .int()
      .min(2, 'must be at least 2: Lambda takes no smaller maximum concurrency')
      .max(1000)
      .default(5),
    /** Calls to the endpoint that one worker begins in a second. */
    callsPerSecond: z.int().positive().default(20),
    /** How long a failure that may pass is retried, in seconds. */
    retryFor: z
      .int()
      .positive()
      .default(6 * SECONDS_PER_HOUR),
    /** How long a call whose response was lost is not retried, in seconds: it may still be carried out. */
    lostResponseWait: z
      .int()
      .positive()
      .max(LONGEST_RETRY_WAIT, `must be at most ${LONGEST_RETRY_WAIT}, as any other wait`)
      .default(30),
    /** How long both queues keep a message, in seconds. */
    retention: z
      .int()
      .min(60)
      .max(14 * SECONDS_PER_DAY, 'must be at most 14 days: SQS keeps nothing longer')
      .default(14 * SECONDS_PER_DAY),
    logRetentionDays: z
      .number()
      .refine((days) => LOG_RETENTION_DAYS.includes(days), `must be one of ${LOG_RETENTION_DAYS.join(', ')}`)
      .default(30),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    /** Whether queues, ledger, bucket, secrets and logs outlive their stack. */
    keepsData: z.boolean('must be true or false'),
    /** E-mail address of whoever acts on alarms. Without it nobody is told. */
    alarmAddress: z.email('must be an e-mail address').optional(),
    /** Without it the API has an address that AWS makes, a new one with every new service stack. */
    domain: domain.optional(),
    /** Without it callers reach the API itself. */
    edge: edge.optional(),
    /** Without it only people deploy, with credentials of their own. */
    deployment: deployment.optional(),
    /** Who may put requests on the queue, beside those whom their own account's policies allow. */
    requestSenders: z.array(principal).default([]),
    /** Who may take outcomes from the results queue, likewise. */
    resultReaders: z.array(principal).default([]),
    rollout: z.enum(ROLLOUTS).default('canary-10-percent-5-minutes'),
    /** Requests waiting in the queue from which on an HTTP caller is answered 202 at once. */
    maxQueueDepth: z.int().positive().default(10_000),
    /** Enhancements that the account may ask for from one reset to the next; nothing is called beyond it. null: no limit. */
    dailyLimit: z.int().positive().nullable().default(500),
    /** When the limit begins anew each day. */
    dailyReset: dailyReset.default({ time: '00:00', zone: 'UTC' }),
    /** The part of the limit that bulk leaves to single requests until shortly before the reset. */
    interactiveShare: z.number().min(0).max(0.9, 'must be at most 0.9: bulk would never end').default(0.1),
    /** When it is looked whether a started request's image is finished, in seconds after its start. */
    completionLooks: z
      .array(z.int().positive())
      .min(1)
      .refine((looks) => looks.every((look, index) => look > (looks[index - 1] ?? 0)), 'must rise from one to the next')
      .default([2, 5, 15, 60, 360].map((minutes) => minutes * 60)),
    /** How long after its start a request ends as `completion_unknown`, in seconds. */
    completionWithin: z
      .int()
      .positive()
      .max(13 * SECONDS_PER_DAY, 'must be at most 13 days: the ledger forgets a started request after 14')
      .default(SECONDS_PER_DAY),
    /** Images of which the sweep asks in a second. */
    sweepCallsPerSecond: z.int().positive().default(10),
    /** Whether Autoenhance is to call the webhook: then a person is called for what it misses. */
    expectsWebhook: z.boolean('must be true or false').default(true),
    /** How long the HTTP API goes on with the partners' keys that it has read, in seconds. */
    partnerKeysTtl: z
      .int()
      .positive()
      .max(50, 'must be at most 50: a key that was removed stops within a minute')
      .default(50),
    /** The page at /console/: `on`, `read-only` for one that changes nothing, or `off` for none. */
    console: z.enum(['on', 'read-only', 'off'], 'must be on, read-only or off').default('on'),
    /** How long request files and their reports are kept. */
    uploadsExpireAfterDays: z
      .int()
      .min(2, 'must be at least 2: with less, every batch would end too near the day on which its file expires')
      .default(180),
    /** Over all partners. */
    apiThrottle: throttle.default({ rate: 50, burst: 100 }),
    /**
     * Of each partner whose entry says nothing else, so that none takes the others' share: calls a second, calls at once after
     * a pause, and batches a day.
     */
    partnerLimits: z
      .strictObject({
        callsPerSecond: z.int().positive().default(10),
        burst: z.int().positive().default(100),
        batchesPerDay: z.int().positive().default(200),
      })
      .prefault({}),
    /**
     * HTTP calls answered at once, at the most: each that waits for its outcome holds a function for up to 20 s, and in a burst
     * they would take the account's concurrency from the worker they wait for. null: no bound.
     */
    apiConcurrency: z.int().positive().nullable().default(400),
    /**
     * Of the webhook alone. The endpoint may be asked for an image at each of its calls. As many images may finish in a second
     * as the workers begin; a call that is turned away may never come again.
     */
    webhookThrottle: throttle.default({ rate: 100, burst: 200 }),
    /**
     * Invocations of the webhook's function at once: kept for it out of the account's concurrency, of which Lambda wants 100
     * left unreserved, and never more, so that no flood of calls takes what the worker needs. null: neither.
     */
    webhookConcurrency: z.int().positive().nullable().default(50),
    /**
     * Files and images dealt with at once, kept for them and never more, and two invocations of the feeder: a thousand files at
     * once would take the concurrency from the worker that carries them out. null: no bound.
     */
    uploadConcurrency: z.int().positive().nullable().default(50),
  })
  .refine(({ domain, edge }) => edge === undefined || (domain !== undefined && domain.name !== edge.name), {
    path: ['edge'],
    error: 'needs a domain of another name: CloudFront finds the API by it',
  })
  .refine(({ dailyLimit, retention }) => dailyLimit === null || requestLifetime(retention) > LONGEST_DAY, {
    path: ['retention'],
    error: `must be more than ${LONGEST_DAY} s + 13 h with a dailyLimit: a request that waits for the next reset would end as expired`,
  })
  .refine(({ completionLooks, completionWithin }) => Math.max(...completionLooks) < completionWithin, {
    path: ['completionLooks'],
    error: 'must all be less than completionWithin: after that, nobody looks any more',
  })
  .superRefine((stage, { addIssue }) => {
    const { workerConcurrency, callsPerSecond, webhookThrottle, sweepCallsPerSecond, retryFor, retention } = stage;
    const calls =
      workerConcurrency * callsPerSecond + webhookThrottle.rate + sweepCallsPerSecond + ALL_IMAGE_CALLS_PER_SECOND;
    if (calls > ENDPOINT_CALLS_PER_SECOND) {
      addIssue(
        `workerConcurrency × callsPerSecond + webhookThrottle.rate + sweepCallsPerSecond + ${ALL_IMAGE_CALLS_PER_SECOND} (for images) must be at most ${ENDPOINT_CALLS_PER_SECOND}, got ${workerConcurrency} × ${callsPerSecond} + ${webhookThrottle.rate} + ${sweepCallsPerSecond} + ${ALL_IMAGE_CALLS_PER_SECOND} = ${calls}: the endpoint refuses more from one address`,
      );
    }
    const receives = maxReceiveCount(retention);
    if (receives > LARGEST_MAX_RECEIVE_COUNT) {
      addIssue(
        `the derived maxReceiveCount must be at most ${LARGEST_MAX_RECEIVE_COUNT}, got ${receives}: SQS takes no more, and a request that waits would reach the dead letters`,
      );
    }
    const lifetime = requestLifetime(retention);
    if (retryFor >= lifetime) {
      addIssue(
        `retryFor must be shorter than retention less 13 h, got ${retryFor} s and ${retention} s - 13 h = ${lifetime} s: a request would end as expired before it is given up`,
      );
    }
  });

/** `production`, and `production-eu` beside it. */
const isProduction = (stage: string): boolean => /^production(-|$)/.test(stage);

/** All but the one that runs on one machine. */
const isDeployed = (stage: string): boolean => stage !== 'local';

const table = z
  .record(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,19}$/, 'must be 2 to 20 of a-z 0-9 -, since it stands in the names of resources'),
    settings,
  )
  .superRefine((stages, { addIssue }) => {
    for (const [stage, { autoenhanceBaseUrl, alarmAddress, lostResponseWait }] of Object.entries(stages)) {
      if (isDeployed(stage) && lostResponseWait < ATTEMPT_TIMEOUT) {
        const message = `must be at least ${ATTEMPT_TIMEOUT}: the endpoint may take as long over the call that it did not answer`;
        addIssue({ code: 'custom', path: [stage, 'lostResponseWait'], message });
      }
      if (!isProduction(stage)) continue;
      if (autoenhanceBaseUrl !== VENDOR) {
        const message = `must be ${VENDOR} in production: the real key travels there`;
        addIssue({ code: 'custom', path: [stage, 'autoenhanceBaseUrl'], message });
      }
      if (alarmAddress === undefined) {
        const message = 'must be an e-mail address in production: an alarm that nobody gets is none';
        addIssue({ code: 'custom', path: [stage, 'alarmAddress'], message });
      }
    }
  });

export type StageSettings = Readonly<z.output<typeof settings>>;

/** The stages cannot be deployed as they stand; the message says which settings are wrong, and why. */
export class InconsistentStages extends Error {
  override readonly name = 'InconsistentStages';
}

/**
 * @param stages by name, as `cdk.json` has them
 * @throws InconsistentStages that names every stage and setting that is wrong, and why
 */
export function parseStages<Name extends string>(
  stages: Readonly<Record<Name, unknown>>,
): Readonly<Record<Name, StageSettings>> {
  const parsed = table.safeParse(stages);
  if (parsed.success) return parsed.data as Record<Name, StageSettings>;
  const problems = parsed.error.issues.map((issue) => `  ${problemOf(issue, stages)}`);
  throw new InconsistentStages(['the stages in cdk.json are inconsistent:', ...problems].join('\n'));
}

/** What was wrong, what came and what is allowed: `dev.region is "Ireland": must be a region such as eu-west-1`. */
function problemOf(issue: z.core.$ZodIssue, stages: object): string {
  // A key's own message hides one level down.
  const reason = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
  const place = issue.path.join('.') || 'stages';
  // An issue of a whole stage says by itself what came.
  if (issue.path.length < 2) return `${place}: ${reason}`;
  const came = issue.path.reduce<unknown>((value, name) => (value as Record<PropertyKey, unknown>)[name], stages);
  return `${place} is ${came === undefined ? 'not set' : JSON.stringify(came)}: ${reason}`;
}

/** Runs on one machine, from its template. It is never deployed, so there is nothing to delete either. */
const LOCAL = {
  local: {
    keepsData: true,
    rollout: 'all-at-once',
    // Whoever tries the service at home may do so as fast as they can.
    partnerLimits: { callsPerSecond: 1000, burst: 10_000, batchesPerDay: 10_000 },
  },
} as const;

const stages: Readonly<Record<string, StageSettings>> = { ...readStages(), ...parseStages(LOCAL) };

function readStages(): Readonly<Record<string, StageSettings>> {
  const { stages: given } = readContext();
  if (typeof given !== 'object' || given === null) {
    const came = given === undefined ? 'nothing' : JSON.stringify(given);
    throw new InconsistentStages(`the context in cdk.json must have stages by their names, got ${came}`);
  }
  if ('local' in given) {
    throw new InconsistentStages('cdk.json must have no stage local: it runs on one machine and takes no settings');
  }
  return parseStages(given as Record<string, unknown>);
}

/** One of {@link stageNames}. */
export type StageName = string;

export const stageNames: readonly StageName[] = Object.keys(stages);

export const deployedStages: readonly StageName[] = stageNames.filter(isDeployed);

/** @throws UnknownStage that says which names there are */
export function settingsOf(stage: StageName): StageSettings {
  const settings = stages[parseStageName(stage)];
  if (settings === undefined) throw new UnknownStage(`there is no stage ${stage}`);
  return settings;
}

/** The stage can be synthesised, but nobody should deploy it as it stands. */
export class NotDeployable extends Error {
  override readonly name = 'NotDeployable';
}

/** Names that are kept free for examples (RFC 2606): no mail arrives there. */
const EXAMPLE_ADDRESS = /[@.](example\.(com|net|org)|example|invalid|test|localhost)$/i;

/** @throws NotDeployable that says what to change in cdk.json */
export function checkDeployable(stage: string, { alarmAddress }: Pick<StageSettings, 'alarmAddress'>): void {
  if (alarmAddress === undefined || !EXAMPLE_ADDRESS.test(alarmAddress)) return;
  throw new NotDeployable(
    `${stage}.alarmAddress is "${alarmAddress}", where no mail arrives: write the address of whoever acts on alarms into cdk.json`,
  );
}

/** No stage has this name, or not one that is deployed. */
export class UnknownStage extends Error {
  override readonly name = 'UnknownStage';
}

/** @throws UnknownStage that says which names there are */
export function parseStageName(value: string | undefined, allowed = stageNames): StageName {
  const found = allowed.find((name) => name === value);
  if (found !== undefined) return found;
  const came = value === undefined ? 'nothing' : JSON.stringify(value);
  throw new UnknownStage(`stage must be one of ${allowed.join(', ')}, got ${came}`);
}

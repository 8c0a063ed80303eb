import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AsynchronousInvocation } from './asynchronous-invocation.ts';
import { type EventSource, startEventSource } from './event-sources.ts';
import { findOne } from './find-one.ts';
import { findHidden, type HiddenMessages } from './hidden-messages.ts';
import { type Authority, createAuthority } from './iam/authority.ts';
import { createLambdaFunction, type LambdaFunction } from './lambda.ts';
import { type OutcomeEvent, readOutcomes } from './outcomes.ts';
import type { CreatedObject } from './queues/versioned-store.ts';
import type { Queues } from './queues.ts';
import { type QueuedRequest, queueRequest } from './requests.ts';
import type { Sandbox, SandboxOptions } from './sandbox/server.ts';
import { startSchedules } from './schedules.ts';
import {
  LOCAL_CALLBACK_KEYS,
  localOperator,
  localPartner,
  type Partner,
  partnerKeysSecret,
  randomApiKey,
  randomCharacters,
  randomWebhookToken,
} from './secrets.ts';
import type { SecretsManager } from './secrets-manager.ts';
import { type Servers, startServers } from './servers.ts';
import type { FunctionPlan, ServicePlan } from './service-plan.ts';
import { createSetAside } from './set-aside.ts';
import { createSqsClients } from './sqs-clients.ts';
import { synthesiseLocalStage } from './synthesis.ts';
import { readAssembly } from './template/assembly.ts';
import { planService } from './template.ts';
import { connectUploads } from './uploads.ts';

export interface ServiceOptions {
  /**
   * Of the HTTP API; the other servers use the ports after it. 0, the default, for any free ports.
   */
  readonly port?: number;
  /** A directory that keeps queues, ledger and the sandbox's images across restarts. */
  readonly keep?: string | undefined;
  /** Uses the real endpoint instead of the sandbox. */
  readonly live?: { readonly apiKey: string } | undefined;
  /** Options of the sandbox. Its key is random by default. */
  readonly sandbox?: Partial<SandboxOptions>;
  /** Whether the sandbox calls the webhook when an image is finished (default: no). */
  readonly finishesImages?: boolean;
  /** Variables of the functions by name, instead of the stage's; each function gets those that it has. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How often what runs by the clock does, in ms, instead of the template's minutes. */
  readonly schedulesEveryMs?: number | undefined;
  /** Log level of the functions, instead of the stage's. */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /** A cloud assembly of one stage; without it, the stage `local` is synthesised. */
  readonly assembly?: string;
  /** Called with every line that a function writes. */
  readonly log?: (functionName: string, line: string) => void;
}

/** The whole service on one machine: the bundles and settings of a deploy, on stand-ins for AWS. */
export interface Service {
  /** Addresses, `http://127.0.0.1:PORT`. */
  readonly addresses: {
    readonly api: string;
    readonly sqs: string;
    readonly dynamodb: string;
    readonly secretsManager: string;
    /** The same server as SQS. */
    readonly s3: string;
    readonly eventBridge: string;
  };
  readonly queueUrls: { readonly requests: string; readonly results: string; readonly deadLetters: string };
  /** The bucket for uploads; undefined when the template has none. */
  readonly uploadsBucket: string | undefined;
  readonly plan: ServicePlan;
  readonly partner: Partner;
  /** Whose key has the role `operator`. */
  readonly operator: Partner;
  /** The page of the console; undefined when the template has none. */
  readonly consoleUrl: string | undefined;
  /** The webhook's URL and token. */
  readonly webhook: { readonly url: string; readonly token: string };
  /** Undefined with the real endpoint. */
  readonly sandbox: Sandbox | undefined;
  readonly secretsManager: SecretsManager;
  readonly queues: Queues;
  /** Requests that the last run, with the same `keep`, had received and not finished. */
  readonly hiddenRequests: HiddenMessages;
  /** With all permissions. */
  readonly sqs: SQSClient;
  /** Refused calls of functions, and permissions that no call has needed. */
  readonly permissions: Pick<Authority, 'refusals' | 'unusedGrants'>;
  /** Sends a request to the request queue, like a back-end system. @returns SQS's message id */
  queueRequest(request: QueuedRequest): Promise<string>;
  /** Receives and deletes outcomes from the results queue until the signal aborts. */
  outcomes(signal: AbortSignal): AsyncGenerator<OutcomeEvent>;
  /** Calls the listener with every event that is sent to the results queue. The event stays there. */
  watchOutcomes(listener: (event: OutcomeEvent) => void): void;
  /** Calls the listener with every object that is written to a bucket. */
  watchObjects(listener: (object: CreatedObject) => void): void;
  /** @param name a part of its name, such as `Worker`. @throws Error unless exactly one function has it */
  functionNamed(name: string): LambdaFunction;
  /** Stops everything. Current work may finish for so many ms. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * @throws PortInUse, DirectoryInUse, UnusableDirectory, UnreadableFile, SynthesisFailed or UnsupportedTemplate, after stopping
 * everything
 */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const { port = 0, keep, live } = options;
  const assembly = options.assembly ?? (await synthesiseLocalStage());
  const apiKey = live?.apiKey ?? options.sandbox?.apiKey ?? randomApiKey();
  const sandbox = live === undefined ? { ...options.sandbox, apiKey } : undefined;
  const servers = await startServers({ port, keep, sandbox });
  try {
    return await runService(servers, { ...options, assembly, apiKey });
  } catch (error) {
    await servers.close();
    throw error;
  }
}

interface RunOptions extends ServiceOptions {
  readonly assembly: string;
  readonly apiKey: string;
}

async function runService(servers: Servers, options: RunOptions): Promise<Service> {
  const { assembly, apiKey, live, log = () => {} } = options;
  const addresses = addressesOf(servers);
  const plan = planService(readAssembly(assembly), addresses);
  const permissions = createAuthority(plan, ({ functionName, message }) => {
    log(functionName, JSON.stringify({ level: 'error', message: 'access denied', detail: message }));
  });
  servers.guard.enforce(permissions);
  const partner = localPartner(live !== undefined);
  const operator = localOperator(live !== undefined);
  const queueUrls = {
    requests: plan.output('RequestsQueueUrl'),
    results: plan.output('ResultsQueueUrl'),
    deadLetters: plan.output('DeadLettersQueueUrl'),
  };
  servers.queues.create(plan.queues);
  // Before the pollers start.
  const hiddenRequests = await findHidden(queueUrls.requests);
  await servers.tables.create(plan.tables);
  // The content after a deploy, before a person fills them.
  for (const { name, generatedCharacters } of plan.secrets) {
    servers.secrets.put(name, generatedCharacters === undefined ? '{}' : randomCharacters(generatedCharacters));
  }
  servers.secrets.put(plan.output('AutoenhanceKeySecretName'), apiKey);
  servers.secrets.put(plan.output('PartnerKeysSecretName'), partnerKeysSecret(partner, operator));
  const webhook = { url: plan.output('WebhookUrl'), token: randomWebhookToken() };
  servers.secrets.put(plan.output('WebhookTokenSecretName'), webhook.token);
  servers.secrets.put(plan.output('CallbackKeysSecretName'), LOCAL_CALLBACK_KEYS);
  if (options.finishesImages) servers.sandbox?.webhook.aim(webhook);

  const clients = createSqsClients(addresses.sqs);
  const sqs = clients.administrator;
  const changes = { baseUrl: servers.sandbox?.url, logLevel: options.logLevel, variables: options.variables };
  const functions = createFunctions(plan, addresses, changes, log);
  const functionNamed = (name: string) => findOne(functions, name);
  // All lookups come before the first poller starts: after a failure here, nothing must be left running.
  const sources = plan.eventSources.map((source) => ({
    plan: source,
    queue: findOne(plan.queues, source.queueName),
    sqs: clients.as(source.functionName),
    invoke: functionNamed(source.functionName).invoke,
    log: (line: string) => log(source.functionName, line),
  }));
  const eventSources = sources.map(startEventSource);
  servers.api.serve(plan.routes, (name, event) => functionNamed(name).invoke(event));
  const objects: ((object: CreatedObject) => void)[] = [];
  const onCreated = (object: CreatedObject) => {
    for (const listener of objects) listener(object);
  };
  const invocation: AsynchronousInvocation = {
    invoke: (name, event) => functionNamed(name).invoke(event),
    setAside: createSetAside(plan, clients.as),
  };
  connectUploads({ plan, queues: servers.queues, events: servers.events, invocation, onCreated });
  const schedules = startSchedules({
    schedules: plan.schedules,
    everyMs: options.schedulesEveryMs,
    ...invocation,
  });
  const stop = once(async (graceMs: number) => {
    const schedulesEnded = schedules.stop(graceMs);
    await stopAll(servers, eventSources, functions, graceMs, schedulesEnded);
    clients.destroy();
  });

  return {
    addresses,
    queueUrls,
    uploadsBucket: plan.buckets[0]?.name,
    plan,
    partner,
    operator,
    consoleUrl: plan.routes.some(({ routeKey }) => routeKey.endsWith(' /console'))
      ? `${addresses.api}/console/`
      : undefined,
    webhook,
    sandbox: servers.sandbox,
    secretsManager: servers.secrets,
    queues: servers.queues,
    hiddenRequests,
    sqs,
    permissions,
    functionNamed,
    queueRequest: (request) => queueRequest(sqs, queueUrls.requests, request),
    outcomes: (signal) => readOutcomes(sqs, queueUrls.results, signal),
    watchOutcomes(listener) {
      const name = queueUrls.results.split('/').at(-1) ?? '';
      servers.queues.watch(name, (body) => listener(JSON.parse(body) as OutcomeEvent));
    },
    watchObjects: (listener) => void objects.push(listener),
    stop: (graceMs = 5000) => stop(graceMs),
  };
}

type Log = NonNullable<ServiceOptions['log']>;

function createFunctions(
  { functions }: ServicePlan,
  endpoints: Service['addresses'],
  changes: Changes,
  log: Log,
): readonly LambdaFunction[] {
  return functions.map((planned) => {
    const plan = changed(planned, changes);
    return createLambdaFunction({ plan, endpoints, log: (line) => log(planned.name, line) });
  });
}

async function stopAll(
  servers: Servers,
  eventSources: readonly EventSource[],
  functions: readonly LambdaFunction[],
  graceMs: number,
  schedulesEnded: Promise<void>,
): Promise<void> {
  // The HTTP API first: its callers wait for the worker.
  await servers.api.close(graceMs);
  const ended = eventSources.map((source) => source.stop(graceMs));
  servers.queues.endPolls();
  await Promise.all([...ended, servers.events.stop(graceMs), schedulesEnded]);
  await Promise.all(functions.map((each) => each.stop()));
  // No invocation is left. The results of the last ones are handled before the queues close.
  await Promise.all([...eventSources.map((source) => source.ended), servers.events.idle()]);
  await servers.close();
}

function once<Argument, Result>(
  call: (argument: Argument) => Promise<Result>,
): (argument: Argument) => Promise<Result> {
  let made: Promise<Result> | undefined;
  return (argument) => {
    made ??= call(argument);
    return made;
  };
}

function addressesOf({ api, queues, tables, secrets, events }: Servers): Service['addresses'] {
  const uploads = { s3: queues.url, eventBridge: events.url };
  return { api: api.url, sqs: queues.url, dynamodb: tables.url, secretsManager: secrets.url, ...uploads };
}

/** Settings that differ from the template's. */
interface Changes {
  readonly baseUrl: string | undefined;
  readonly logLevel: string | undefined;
  readonly variables: ServiceOptions['variables'];
}

function changed(plan: FunctionPlan, { baseUrl, logLevel, variables = {} }: Changes): FunctionPlan {
  const calls = baseUrl !== undefined && plan.environment.AUTOENHANCE_BASE_URL !== undefined;
  const given = Object.entries(variables).filter(([name]) => plan.environment[name] !== undefined);
  const environment = {
    ...plan.environment,
    ...Object.fromEntries(given),
    ...(calls && { AUTOENHANCE_BASE_URL: baseUrl }),
    ...(logLevel !== undefined && { LOG_LEVEL: logLevel }),
  };
  return { ...plan, environment };
}

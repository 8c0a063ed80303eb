import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from './aws-clients.ts';
import { type EventSource, startEventSource } from './event-sources.ts';
import { findOne } from './find-one.ts';
import { createLambdaFunction, type LambdaFunction } from './lambda.ts';
import { type OutcomeEvent, readOutcomes } from './outcomes.ts';
import type { Queues } from './queues.ts';
import { type QueuedRequest, queueRequest } from './requests.ts';
import type { Sandbox, SandboxOptions } from './sandbox/server.ts';
import { localPartner, type Partner, partnerKeysSecret, randomApiKey, randomWebhookToken } from './secrets.ts';
import type { SecretsManager } from './secrets-manager.ts';
import { type Servers, startServers } from './servers.ts';
import type { FunctionPlan, ServicePlan } from './service-plan.ts';
import { synthesiseLocalStage } from './synthesis.ts';
import { readAssembly } from './template/assembly.ts';
import { planService } from './template.ts';
import { connectUploads } from './uploads.ts';

export interface ServiceOptions {
  /**
   * Of the HTTP API; SQS, DynamoDB, Secrets Manager and the sandbox take the next four. 0, the default: any that are
   * free.
   */
  readonly port?: number;
  /** A directory that keeps queues and ledger across restarts; without one nothing outlives the service. */
  readonly keep?: string | undefined;
  /** The real endpoint in place of the sandbox. */
  readonly live?: { readonly apiKey: string } | undefined;
  /** How the sandbox is set up; its key is made here unless given. */
  readonly sandbox?: Partial<SandboxOptions>;
  /** Whether the sandbox calls the webhook when an image is finished (default: no, a test may count its events). */
  readonly finishesImages?: boolean;
  /** A cloud assembly of one stage; without it the stage `local` is synthesised. */
  readonly assembly?: string;
  /** Takes every line that a function writes. */
  readonly log?: (functionName: string, line: string) => void;
}

/** The whole service on one machine: the bundles and settings that would be deployed, on stand-ins for AWS. */
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
  /** Where uploads are taken; undefined when the template has no bucket. */
  readonly uploadsBucket: string | undefined;
  readonly plan: ServicePlan;
  readonly partner: Partner;
  /** Where images are told to be finished, and the token that such a call must carry. */
  readonly webhook: { readonly url: string; readonly token: string };
  /** None with the real endpoint. */
  readonly sandbox: Sandbox | undefined;
  readonly secretsManager: SecretsManager;
  readonly queues: Queues;
  readonly sqs: SQSClient;
  /** Puts a request onto the request queue, as a back-end system would. @returns SQS's message id */
  queueRequest(request: QueuedRequest): Promise<string>;
  /** Takes outcomes from the results queue until the signal aborts. */
  outcomes(signal: AbortSignal): AsyncGenerator<OutcomeEvent>;
  /** Tells of every outcome that is put onto the results queue, and leaves it there. */
  watchOutcomes(listener: (event: OutcomeEvent) => void): void;
  /** @param name a part of its name, such as `Worker`. @throws Error when not just one function has it */
  functionNamed(name: string): LambdaFunction;
  /** Ends everything. What is under way may finish for so many ms. */
  stop(graceMs?: number): Promise<void>;
}

/** @throws PortInUse, DirectoryInUse, SynthesisFailed or UnsupportedTemplate; nothing is left running then */
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
  const partner = localPartner(live !== undefined);
  const queueUrls = {
    requests: plan.output('RequestsQueueUrl'),
    results: plan.output('ResultsQueueUrl'),
    deadLetters: plan.output('DeadLettersQueueUrl'),
  };
  servers.queues.create(plan.queues);
  await servers.tables.create(plan.tables);
  // As a deploy leaves them, before a person fills them.
  for (const { name } of plan.secrets) servers.secrets.put(name, '{}');
  servers.secrets.put(plan.output('AutoenhanceKeySecretName'), apiKey);
  servers.secrets.put(plan.output('PartnerKeysSecretName'), partnerKeysSecret(partner));
  const webhook = { url: plan.output('WebhookUrl'), token: randomWebhookToken() };
  servers.secrets.put(plan.output('WebhookTokenSecretName'), webhook.token);
  if (options.finishesImages) servers.sandbox?.webhook.aim(webhook);

  const sqs = new SQSClient(clientSettings(addresses.sqs));
  const functions = createFunctions(plan, addresses, servers.sandbox?.url, log);
  const functionNamed = (name: string) => findOne(functions, name);
  const eventSources = plan.eventSources.map((source) => {
    const queue = findOne(plan.queues, source.queueName);
    const { invoke } = functionNamed(source.functionName);
    return startEventSource({ plan: source, queue, sqs, invoke, log: (line) => log(source.functionName, line) });
  });
  servers.api.serve(plan.routes, (name, event) => functionNamed(name).invoke(event));
  connectUploads({ plan, queues: servers.queues, events: servers.events, sqs, functionNamed });
  const stop = once((graceMs: number) => stopAll(servers, eventSources, functions, graceMs).then(() => sqs.destroy()));

  return {
    addresses,
    queueUrls,
    uploadsBucket: plan.buckets[0]?.name,
    plan,
    partner,
    webhook,
    sandbox: servers.sandbox,
    secretsManager: servers.secrets,
    queues: servers.queues,
    sqs,
    functionNamed,
    queueRequest: (request) => queueRequest(sqs, queueUrls.requests, request),
    outcomes: (signal) => readOutcomes(sqs, queueUrls.results, signal),
    watchOutcomes(listener) {
      const name = queueUrls.results.split('/').at(-1) ?? '';
      servers.queues.watch(name, (body) => listener(JSON.parse(body) as OutcomeEvent));
    },
    stop: (graceMs = 5000) => stop(graceMs),
  };
}

type Log = NonNullable<ServiceOptions['log']>;

function createFunctions(
  { functions }: ServicePlan,
  endpoints: Service['addresses'],
  sandboxUrl: string | undefined,
  log: Log,
): readonly LambdaFunction[] {
  return functions.map((planned) => {
    const plan = withBaseUrl(planned, sandboxUrl);
    return createLambdaFunction({ plan, endpoints, log: (line) => log(planned.name, line) });
  });
}

async function stopAll(
  servers: Servers,
  eventSources: readonly EventSource[],
  functions: readonly LambdaFunction[],
  graceMs: number,
): Promise<void> {
  // Those who wait for an answer first: they need the worker to get it.
  await servers.api.close(graceMs);
  const ended = eventSources.map((source) => source.stop(graceMs));
  servers.queues.endPolls();
  await Promise.all([...ended, servers.events.stop(graceMs)]);
  await Promise.all(functions.map((each) => each.stop()));
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

/** The one setting that is not the template's: whom the calls go to. */
function withBaseUrl(plan: FunctionPlan, url: string | undefined): FunctionPlan {
  if (url === undefined || plan.environment.AUTOENHANCE_BASE_URL === undefined) return plan;
  return { ...plan, environment: { ...plan.environment, AUTOENHANCE_BASE_URL: url } };
}

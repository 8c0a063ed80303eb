import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  type ExecutionEnvironment,
  type InvocationResult,
  startExecutionEnvironment,
} from './lambda/execution-environment.ts';
import type { FunctionPlan } from './service-plan.ts';
import { REGION } from './template/identities.ts';

/** The local servers in place of AWS services. */
export interface Endpoints {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly secretsManager: string;
  readonly s3: string;
  readonly eventBridge: string;
}

export interface LambdaFunctionOptions {
  readonly plan: FunctionPlan;
  readonly endpoints: Endpoints;
  /**
   * The largest number of execution environments: what the template reserves, within what one machine can run. When all are
   * busy, an invocation waits; Lambda would throttle it.
   */
  readonly limit?: number;
  /** Called with each line that the function writes, and with each failure. */
  readonly log?: (line: string) => void;
}

export interface LambdaFunction {
  readonly name: string;
  /** Never rejects. */
  invoke(event: unknown): Promise<InvocationResult>;
  /** Kills one environment during its invocation. @returns whether one was busy */
  kill(): boolean;
  /** Kills all environments. Resolves when no process is left, and every invocation has its result. */
  stop(): Promise<void>;
}

/** More would not be sooner: each keeps a core busy while it starts and works. */
const MAX_ENVIRONMENTS = 4 * availableParallelism();
/** How long an event waits for a process that is busy before another is started. A start takes longer. */
const PATIENCE_MS = 150;
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/**
 * A stand-in for a Lambda function: runs its bundle, unchanged, in child processes. A process handles one event at a time. Idle
 * processes are reused. When all are busy, an event waits a moment, and then a new one is started, one at a time: each start keeps
 * a core busy for longer than most events do.
 */
export function createLambdaFunction({
  plan,
  endpoints,
  limit = Math.min(plan.concurrency ?? MAX_ENVIRONMENTS, MAX_ENVIRONMENTS),
  log = () => {},
}: LambdaFunctionOptions): LambdaFunction {
  const variables = variablesOf(plan, endpoints);
  const alive = new Set<ExecutionEnvironment>();
  const busy = new Set<ExecutionEnvironment>();
  const waiting = new Set<() => void>();
  let isStarting = false;
  const underWay = new Set<Promise<InvocationResult>>();
  let stopped = false;

  function start(): ExecutionEnvironment {
    const environment = startExecutionEnvironment({ plan, variables, log });
    alive.add(environment);
    void environment.ended.then(() => alive.delete(environment));
    isStarting = true;
    void environment.started.then(() => {
      isStarting = false;
      proceed();
    });
    return environment;
  }

  /** Lets what waits look again, in its order. */
  function proceed(): void {
    for (const look of [...waiting]) look();
  }

  const findIdle = () => [...alive].find((environment) => environment.isUsable && !busy.has(environment));

  /** @returns an environment that is busy from now on; undefined when the function is stopped */
  async function occupy(): Promise<ExecutionEnvironment | undefined> {
    const since = Date.now();
    while (!stopped) {
      const patienceMs = busy.size === 0 ? 0 : since + PATIENCE_MS - Date.now();
      const mayStart = patienceMs <= 0 && busy.size < limit && !isStarting;
      const environment = findIdle() ?? (mayStart ? start() : undefined);
      if (environment !== undefined) {
        busy.add(environment);
        return environment;
      }
      await nextChange(patienceMs);
    }
    return undefined;
  }

  async function nextChange(patienceMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    const timer = patienceMs > 0 ? setTimeout(resolve, patienceMs) : undefined;
    await promise;
    clearTimeout(timer);
    waiting.delete(resolve);
  }

  async function run(event: unknown): Promise<InvocationResult> {
    const text = JSON.stringify(event);
    if (Buffer.byteLength(text) > MAX_EVENT_BYTES) return refusal('RequestTooLarge', 'the event is larger than 6 MB');
    const environment = await occupy();
    if (environment === undefined) return refusal('ServiceStopped', 'the local service has been stopped');
    const result = await environment.invoke(text);
    busy.delete(environment);
    proceed();
    return result;
  }

  return {
    name: plan.name,
    invoke(event) {
      const result = run(event);
      underWay.add(result);
      return result.finally(() => underWay.delete(result));
    },
    kill() {
      const [environment] = busy;
      environment?.kill();
      return environment !== undefined;
    },
    async stop() {
      stopped = true;
      proceed();
      for (const environment of alive) environment.kill();
      await Promise.all([...[...alive].map(({ ended }) => ended), ...underWay]);
    },
  };
}

function variablesOf(
  { name, bundle, memoryMb, environment }: FunctionPlan,
  endpoints: Endpoints,
): Record<string, string> {
  return {
    ...environment,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    LAMBDA_TASK_ROOT: bundle,
    TZ: 'UTC',
    // The local servers identify a function by this key.
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    // Otherwise the SDK would read the developer's own settings in the home directory.
    AWS_CONFIG_FILE: join(bundle, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(bundle, 'none'),
  };
}

function refusal(errorType: string, errorMessage: string): InvocationResult {
  return { error: { errorType, errorMessage } };
}

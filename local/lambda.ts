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

const MAX_ENVIRONMENTS = 16;
/** A start keeps a core busy: with more at once, the first would be ready later and the last no sooner. */
const MAX_STARTING = availableParallelism();
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/**
 * A stand-in for a Lambda function: runs its bundle, unchanged, in child processes. A process handles one event at a time. Idle
 * processes are reused, and a new one is started when all are busy, at most as many at once as the machine has cores.
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
  const waiting: (() => void)[] = [];
  let starting = 0;
  const underWay = new Set<Promise<InvocationResult>>();
  let stopped = false;

  function start(): ExecutionEnvironment {
    const environment = startExecutionEnvironment({ plan, variables, log });
    alive.add(environment);
    environment.ended.then(() => alive.delete(environment));
    starting += 1;
    environment.started.then(() => {
      starting -= 1;
      waiting.shift()?.();
    });
    return environment;
  }

  const findIdle = () => [...alive].find((environment) => environment.isUsable && !busy.has(environment));
  const mayStart = () => busy.size < limit && starting < MAX_STARTING;

  async function run(event: unknown): Promise<InvocationResult> {
    const text = JSON.stringify(event);
    if (Buffer.byteLength(text) > MAX_EVENT_BYTES) return refusal('RequestTooLarge', 'the event is larger than 6 MB');
    while (!stopped && findIdle() === undefined && !mayStart()) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    if (stopped) return refusal('ServiceStopped', 'the local service has been stopped');
    const environment = findIdle() ?? start();
    busy.add(environment);
    const result = await environment.invoke(text);
    busy.delete(environment);
    waiting.shift()?.();
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
      for (const proceed of waiting.splice(0)) proceed();
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

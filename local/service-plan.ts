import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { EventPattern } from './event-bus/pattern.ts';
import type { PermissionsPlan } from './template/permissions.ts';

/** What the local service has to run, from the resolved templates of one stage. */
export interface ServicePlan {
  readonly functions: readonly FunctionPlan[];
  readonly queues: readonly QueuePlan[];
  readonly tables: readonly TablePlan[];
  readonly secrets: readonly SecretPlan[];
  readonly routes: readonly RoutePlan[];
  readonly eventSources: readonly EventSourcePlan[];
  readonly buckets: readonly BucketPlan[];
  readonly rules: readonly RulePlan[];
  readonly schedules: readonly SchedulePlan[];
  readonly permissions: PermissionsPlan;
  /** The output of one of the stacks. @throws UnsupportedTemplate when no stack has it */
  output(name: string): string;
}

export interface FunctionPlan {
  readonly name: string;
  /** The absolute path of the directory that a deploy would zip. */
  readonly bundle: string;
  /** `file.export`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** The largest number of concurrent invocations. */
  readonly concurrency?: number;
  readonly environment: Readonly<Record<string, string>>;
  /** ARN of the queue for events whose asynchronous invocation failed three times. */
  readonly failedEventsArn?: string;
}

export interface QueuePlan {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** In SQS's form: all text, policies as JSON. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TablePlan {
  readonly definition: CreateTableCommandInput & { readonly TableName: string };
  readonly ttlAttribute?: string;
}

export interface SecretPlan {
  readonly name: string;
  readonly arn: string;
  /** Letters and digits of the value that AWS generates; without it, a person fills the secret. */
  readonly generatedCharacters?: number;
}

export interface RoutePlan {
  /** `POST /v3/images/{id}/process`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly functionName: string;
}

export interface EventSourcePlan {
  readonly queueName: string;
  readonly functionName: string;
  /** 1 to 10. */
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly reportsItemFailures: boolean;
}

export interface BucketPlan {
  readonly name: string;
}

/** A rule that runs by the clock. */
export interface SchedulePlan {
  readonly everyMs: number;
  readonly functionName: string;
}

/** A rule of the default event bus. */
export interface RulePlan {
  readonly pattern: EventPattern;
  readonly functionName: string;
}

import { join } from 'node:path';
import { Duration, Validations } from 'aws-cdk-lib';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import { bundledEntry, HANDLER } from './bundled-entry.ts';
import { removalPolicyOf } from './removal-policy.ts';

const FUNCTIONS = join(import.meta.dirname, '../../functions');

// Lambda hands out CPU with memory (1,769 MB have one core); docs/performance.md has what each size was measured to do.
const MEMORY_MB = 512;

export interface NodeFunctionProps<Variables> {
  /** The folder in functions/. */
  readonly entry: string;
  readonly description: string;
  /** Seconds. */
  readonly timeout: number;
  /** MB; 512 without it. */
  readonly memory?: number;
  /** Invocations at once, kept for this function and never more; null: no such limit. */
  readonly concurrency?: number | null;
  readonly settings: StageSettings;
  /** Puts further files into the folder of its bundle. */
  readonly addFiles?: (folder: string) => void;
  /** For the events of which an asynchronous invocation failed for the third time. */
  readonly failedEvents?: IQueue;
  /** The function's environment. It is handed the role, so that a variable and the grant it needs are one expression. */
  readonly variables: (role: IRole) => Variables;
}

/** One of our functions, with a role and a log group of its own. */
export class NodeFunction<Variables extends { readonly [Name in keyof Variables]: string }> extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: NodeFunctionProps<Variables>) {
    super(scope, id);
    const { settings } = props;
    // Not AWS's managed policy, which lets a function write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logs = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: removalPolicyOf(settings),
    });
    logs.grantWrite(role);
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      code: bundledEntry(join(FUNCTIONS, props.entry), props.addFiles),
      handler: HANDLER,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memory ?? MEMORY_MB,
      timeout: Duration.seconds(props.timeout),
      ...(typeof props.concurrency === 'number' && { reservedConcurrentExecutions: props.concurrency }),
      environment: { ...props.variables(role) },
      role,
      logGroup: logs,
      ...(props.failedEvents && { deadLetterQueue: props.failedEvents }),
      loggingFormat: LoggingFormat.JSON,
      // The function filters by its own level. Lambda would drop what says no level, and metrics say none.
      applicationLogLevelV2: ApplicationLogLevel.TRACE,
      tracing: Tracing.ACTIVE,
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray knows no resources: PutTraceSegments and PutTelemetryRecords can be allowed on * only.',
    });
  }
}

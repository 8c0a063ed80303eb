import * as z from 'zod';
import type {
  BucketPlan,
  EventSourcePlan,
  FunctionPlan,
  QueuePlan,
  RoutePlan,
  RulePlan,
  SchedulePlan,
  SecretPlan,
  ServicePlan,
  TablePlan,
} from './service-plan.ts';
import type { Identity, LocalAddresses } from './template/identities.ts';
import { UnsupportedTemplate } from './template/intrinsics.ts';
import { PERMISSIONS, planPermissions } from './template/permissions.ts';
import { createReferences, type References, type SynthesisedStack } from './template/references.ts';
import { LEFT_OUT, RUN } from './template/resources.ts';

type RunType = keyof typeof RUN;

interface Resource<Type extends RunType> {
  readonly stack: SynthesisedStack;
  readonly properties: z.output<(typeof RUN)[Type]>;
  /** @throws UnsupportedTemplate for a type that nothing refers to */
  identity(): Identity;
}

type ResourcesOf = <Type extends RunType>(type: Type) => readonly Resource<Type>[];

/**
 * Reads the stacks of one stage into concrete values. Nothing is dropped silently.
 * @throws UnsupportedTemplate for a type of resource, a property or an intrinsic function that is not supported
 */
export function planService(stacks: readonly SynthesisedStack[], addresses: LocalAddresses): ServicePlan {
  const references = createReferences(stacks, addresses);
  for (const stack of stacks) refuseUnknownTypes(stack);
  const all: ResourcesOf = (type) => stacks.flatMap((stack) => readAll(type, stack, references));
  all('AWS::ApiGatewayV2::Api');
  all('AWS::ApiGatewayV2::Stage');
  const functions = all('AWS::Lambda::Function');
  return {
    functions: functions.map(planFunction),
    queues: all('AWS::SQS::Queue').map(planQueue),
    tables: all('AWS::DynamoDB::Table').map(planTable),
    secrets: all('AWS::SecretsManager::Secret').map(planSecret),
    routes: planRoutes(all),
    eventSources: all('AWS::Lambda::EventSourceMapping').map(planEventSource),
    buckets: all('AWS::S3::Bucket').map(planBucket),
    rules: all('AWS::Events::Rule').flatMap(planRule),
    schedules: all('AWS::Events::Rule').flatMap(planSchedule),
    permissions: planPermissions(stacks, references, functions.map(functionRole)),
    output: (name) => readOutput(stacks, references, name),
  };
}

function refuseUnknownTypes({ name, template }: SynthesisedStack): void {
  for (const [logicalId, { Type }] of Object.entries(template.Resources)) {
    if (Object.hasOwn(RUN, Type) || [...PERMISSIONS, ...LEFT_OUT].includes(Type)) continue;
    const where = `${name} has a resource of type ${Type} (${logicalId})`;
    throw new UnsupportedTemplate(
      `${where}: the local service neither runs such resources nor is told to leave them out`,
    );
  }
}

function readAll<Type extends RunType>(type: Type, stack: SynthesisedStack, references: References): Resource<Type>[] {
  const resources = Object.entries(stack.template.Resources).filter(([, { Type }]) => Type === type);
  return resources.map(([logicalId, { Properties = {}, Condition }]) => {
    const where = `${type} ${logicalId} of ${stack.name}`;
    if (Condition !== undefined)
      throw new UnsupportedTemplate(`${where} has a condition: the local service knows none`);
    const parsed = RUN[type].safeParse(references.resolve(stack, Properties));
    if (!parsed.success) {
      throw new UnsupportedTemplate(`${where} cannot be carried out locally: ${z.prettifyError(parsed.error)}`);
    }
    const properties = parsed.data as z.output<(typeof RUN)[Type]>;
    // When asked for: nothing refers to a mapping or a route, and they have none.
    return { stack, properties, identity: () => references.identityOf(stack, logicalId) };
  });
}

function planFunction({ identity, properties, stack }: Resource<'AWS::Lambda::Function'>): FunctionPlan {
  const { name } = identity();
  const bundle = stack.assets[properties.Code.S3Key];
  if (bundle === undefined) {
    throw new UnsupportedTemplate(`the bundle ${properties.Code.S3Key} of ${name} is not among the assets`);
  }
  return {
    name,
    bundle,
    handler: properties.Handler,
    timeoutSeconds: properties.Timeout,
    memoryMb: properties.MemorySize,
    ...(properties.ReservedConcurrentExecutions !== undefined && {
      concurrency: properties.ReservedConcurrentExecutions,
    }),
    environment: properties.Environment.Variables,
    ...(properties.DeadLetterConfig && { failedEventsArn: properties.DeadLetterConfig.TargetArn }),
  };
}

function functionRole({ identity, properties }: Resource<'AWS::Lambda::Function'>) {
  return { functionName: identity().name, roleArn: properties.Role };
}

function planQueue({ identity, properties }: Resource<'AWS::SQS::Queue'>): QueuePlan {
  const { QueueName: _name, Tags: _tags, ...attributes } = properties;
  const asText = Object.entries(attributes).map(([name, value]) => {
    return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
  });
  const queue = identity();
  return {
    name: queue.name,
    url: queue.ref,
    arn: queue.attributes.Arn ?? '',
    attributes: Object.fromEntries(asText),
  };
}

function planTable({ identity, properties }: Resource<'AWS::DynamoDB::Table'>): TablePlan {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, BillingMode, TimeToLiveSpecification } = properties;
  return {
    definition: {
      TableName: identity().name,
      KeySchema,
      AttributeDefinitions,
      BillingMode,
      ...(GlobalSecondaryIndexes !== undefined && { GlobalSecondaryIndexes }),
    },
    ...(TimeToLiveSpecification?.Enabled === true && { ttlAttribute: TimeToLiveSpecification.AttributeName }),
  };
}

function planSecret({ identity, properties }: Resource<'AWS::SecretsManager::Secret'>): SecretPlan {
  const { name, ref } = identity();
  const length = properties.GenerateSecretString?.PasswordLength;
  return { name, arn: ref, ...(length !== undefined && { generatedCharacters: length }) };
}

function planRoutes(all: ResourcesOf): RoutePlan[] {
  const integrations = all('AWS::ApiGatewayV2::Integration');
  return all('AWS::ApiGatewayV2::Route').map(({ properties: { RouteKey, Target } }) => {
    const integration = integrations.find(({ identity }) => Target === `integrations/${identity().ref}`);
    if (integration === undefined) throw new UnsupportedTemplate(`the route ${RouteKey} leads to no integration`);
    return { routeKey: RouteKey, functionName: functionNameOf(integration.properties.IntegrationUri) };
  });
}

function planEventSource({ properties }: Resource<'AWS::Lambda::EventSourceMapping'>): EventSourcePlan {
  return {
    queueName: properties.EventSourceArn.split(':').at(-1) ?? '',
    functionName: functionNameOf(properties.FunctionName),
    batchSize: properties.BatchSize,
    maximumConcurrency: properties.ScalingConfig.MaximumConcurrency,
    reportsItemFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
  };
}

function planBucket({ identity }: Resource<'AWS::S3::Bucket'>): BucketPlan {
  return { name: identity().name };
}

function planRule({ properties }: Resource<'AWS::Events::Rule'>): readonly RulePlan[] {
  const [{ Arn }] = properties.Targets;
  return 'EventPattern' in properties ? [{ pattern: properties.EventPattern, functionName: functionNameOf(Arn) }] : [];
}

function planSchedule({ properties }: Resource<'AWS::Events::Rule'>): readonly SchedulePlan[] {
  const [{ Arn }] = properties.Targets;
  if (!('ScheduleExpression' in properties)) return [];
  return [{ ...properties.ScheduleExpression, functionName: functionNameOf(Arn) }];
}

/** @param reference a function's name or ARN, or an alias's ARN: there is one version of each function here */
function functionNameOf(reference: string): string {
  return /:function:([^:]+)(?::[^:]+)?$/.exec(reference)?.[1] ?? reference;
}

/** Resolved when asked for, since an output may name what nobody runs. */
function readOutput(stacks: readonly SynthesisedStack[], references: References, name: string): string {
  for (const stack of stacks) {
    const output = stack.template.Outputs?.[name];
    if (output !== undefined) return String(references.resolve(stack, output.Value));
  }
  throw new UnsupportedTemplate(`no stack of this stage has the output ${name}`);
}

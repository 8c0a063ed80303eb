import * as z from 'zod';
import { patternSchema } from '../event-bus/pattern.ts';

// The supported properties of each type of resource. The schemas are strict: a property that is neither supported nor known to
// have no effect on one machine is refused, because the local service would differ from a deployed one.

/** Known, without effect here. */
const noEffect = z.unknown().optional();
const seconds = z.coerce.number().int();

const functionSchema = z.strictObject({
  Code: z.strictObject({ S3Bucket: noEffect, S3Key: z.string() }),
  Handler: z.string().regex(/^[\w./-]+\.\w+$/),
  Runtime: z.string().regex(/^nodejs/),
  Timeout: seconds.default(3),
  MemorySize: z.coerce.number().int().default(128),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
  ReservedConcurrentExecutions: z.coerce.number().int().positive().optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: z.string() }).optional(),
  FunctionName: noEffect,
  Architectures: noEffect,
  Description: noEffect,
  LoggingConfig: noEffect,
  Role: z.string().optional(),
  Tags: noEffect,
  TracingConfig: noEffect,
});

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const queueSchema = z.strictObject({
  QueueName: noEffect,
  Tags: noEffect,
  FifoQueue: scalar.optional(),
  ContentBasedDeduplication: scalar.optional(),
  DeduplicationScope: scalar.optional(),
  FifoThroughputLimit: scalar.optional(),
  VisibilityTimeout: scalar.optional(),
  MessageRetentionPeriod: scalar.optional(),
  MaximumMessageSize: scalar.optional(),
  DelaySeconds: scalar.optional(),
  ReceiveMessageWaitTimeSeconds: scalar.optional(),
  SqsManagedSseEnabled: scalar.optional(),
  KmsMasterKeyId: scalar.optional(),
  RedrivePolicy: z.record(z.string(), z.unknown()).optional(),
  RedriveAllowPolicy: z.record(z.string(), z.unknown()).optional(),
});

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const tableSchema = z.strictObject({
  TableName: noEffect,
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: z.strictObject({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .optional(),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
  DeletionProtectionEnabled: noEffect,
  PointInTimeRecoverySpecification: noEffect,
  SSESpecification: noEffect,
  Tags: noEffect,
});

const apiSchema = z.strictObject({
  ProtocolType: z.literal('HTTP'),
  Name: noEffect,
  Description: noEffect,
  Tags: noEffect,
});

const stageSchema = z.strictObject({
  // Any other name would be a prefix of every path.
  StageName: z.literal('$default'),
  ApiId: noEffect,
  AutoDeploy: noEffect,
  AccessLogSettings: noEffect,
  // One caller's requests on one machine are not throttled.
  DefaultRouteSettings: noEffect,
  RouteSettings: noEffect,
  Tags: noEffect,
});

const integrationSchema = z.strictObject({
  IntegrationType: z.literal('AWS_PROXY'),
  PayloadFormatVersion: z.literal('2.0'),
  IntegrationUri: z.string(),
  ApiId: noEffect,
});

const routeSchema = z.strictObject({
  RouteKey: z.string(),
  Target: z.string().regex(/^integrations\/./),
  AuthorizationType: z.literal('NONE').optional(),
  ApiId: noEffect,
});

const eventSourceSchema = z.strictObject({
  EventSourceArn: z.string().regex(/^arn:aws:sqs:/),
  FunctionName: z.string(),
  // More than ten need a batching window, in which Lambda gathers several receives.
  BatchSize: z.coerce.number().int().min(1).max(10).default(10),
  MaximumBatchingWindowInSeconds: z.literal(0).optional(),
  // Without a limit Lambda begins with five.
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.coerce.number().int() }).default({ MaximumConcurrency: 5 }),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  Enabled: z.literal(true).optional(),
  Tags: noEffect,
});

const secretSchema = z.strictObject({
  Name: noEffect,
  Description: noEffect,
  // A deploy does not put a key into it. The local service fills it itself.
  SecretString: noEffect,
  // Or AWS generates one.
  GenerateSecretString: z
    .strictObject({
      PasswordLength: z.coerce.number().int(),
      ExcludePunctuation: z.literal(true),
      SecretStringTemplate: z.string().optional(),
      GenerateStringKey: z.string().optional(),
    })
    .optional(),
  Tags: noEffect,
});

const bucketSchema = z.strictObject({
  // Here every bucket is versioned and sends events.
  VersioningConfiguration: z.strictObject({ Status: z.literal('Enabled') }),
  NotificationConfiguration: z.strictObject({
    EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: z.literal(true) }),
  }),
  BucketName: noEffect,
  BucketEncryption: noEffect,
  LifecycleConfiguration: noEffect,
  OwnershipControls: noEffect,
  PublicAccessBlockConfiguration: noEffect,
  Tags: noEffect,
});

const MINUTE_MS = 60_000;

const ruleParts = {
  // A function that cannot be reached does not occur on one machine, nor the queue for its events.
  Targets: z.tuple([z.strictObject({ Arn: z.string().regex(/:function:/), Id: noEffect, DeadLetterConfig: noEffect })]),
  State: z.literal('ENABLED'),
  Name: noEffect,
  Description: noEffect,
};

/** One that fits events, or one that runs every so many minutes. */
const ruleSchema = z.union([
  z.strictObject({ ...ruleParts, EventPattern: patternSchema }),
  z.strictObject({
    ...ruleParts,
    ScheduleExpression: z
      .string()
      .regex(/^rate\((1 minute|[1-9]\d* minutes)\)$/)
      .transform((text) => ({ everyMs: Number.parseInt(text.slice('rate('.length), 10) * MINUTE_MS })),
  }),
]);

/** The types that the local service runs. */
export const RUN = {
  'AWS::ApiGatewayV2::Api': apiSchema,
  'AWS::ApiGatewayV2::Integration': integrationSchema,
  'AWS::ApiGatewayV2::Route': routeSchema,
  'AWS::ApiGatewayV2::Stage': stageSchema,
  'AWS::DynamoDB::Table': tableSchema,
  'AWS::Events::Rule': ruleSchema,
  'AWS::Lambda::EventSourceMapping': eventSourceSchema,
  'AWS::Lambda::Function': functionSchema,
  'AWS::S3::Bucket': bucketSchema,
  'AWS::SQS::Queue': queueSchema,
  'AWS::SecretsManager::Secret': secretSchema,
} as const;

/** Types without a counterpart on one machine (logs, alarms). */
export const LEFT_OUT: readonly string[] = [
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
];

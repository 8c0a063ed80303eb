import { Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

// Each function here lets a role do just the named actions on one resource, and returns what the function has to know to
// do them. So a variable cannot be set without its grant, nor a grant be forgotten when the variable goes. CDK's own
// grants (grantSendMessages, grantRead …) add actions that nobody here calls.

type ItemAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';
type ObjectAction = 'GetObject' | 'GetObjectVersion' | 'PutObject';
type QueueAction =
  | 'SendMessage'
  | 'ReceiveMessage'
  | 'DeleteMessage'
  | 'ChangeMessageVisibility'
  | 'GetQueueAttributes';

/**
 * @param may.keys what the keys of the items begin with; without it every item
 * @param may.updates the keys, or patterns of keys, of the items that may be updated
 * @returns the table's name
 */
export function tableAccess(
  role: IRole,
  table: Pick<ITable, 'tableArn' | 'tableName'>,
  may: {
    readonly items: readonly ItemAction[];
    readonly query?: string | readonly string[];
    readonly keys?: readonly string[];
    readonly updates?: readonly string[];
  },
): string {
  const { items, keys, query = [], updates } = may;
  allow(role, table.tableArn, 'dynamodb', items, keys && leadingKeys(...keys.map((key) => `${key}*`)));
  if (updates !== undefined) allow(role, table.tableArn, 'dynamodb', ['UpdateItem'], leadingKeys(...updates));
  // These indexes alone: whoever may query the table itself reads everything in it.
  for (const index of [query].flat()) allow(role, `${table.tableArn}/index/${index}`, 'dynamodb', ['Query']);
  return table.tableName;
}

const leadingKeys = (...patterns: readonly string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
});

/** What an event-source mapping, and the function behind it, do with a queue. */
export const CONSUME = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'] as const;

/** @returns the queue's URL */
export function queueAccess(
  role: IRole,
  queue: Pick<IQueue, 'queueArn' | 'queueUrl'>,
  actions: readonly QueueAction[],
): string {
  allow(role, queue.queueArn, 'sqs', actions);
  return queue.queueUrl;
}

/** @returns the secret's ARN */
export function secretAccess(role: IRole, secret: Pick<ISecret, 'secretArn'>): string {
  allow(role, secret.secretArn, 'secretsmanager', ['GetSecretValue']);
  return secret.secretArn;
}

/**
 * Whoever may read objects under a prefix may also list the keys there: without that right S3 answers for an object that is
 * gone as for one that may not be read. For that answer S3 checks the right itself, and AWS does not say whether it then
 * takes the key for the prefix that a list asks for, or none: hence IfExists.
 * @param bucket in another stack than the role
 * @param may by what the keys of the objects begin with
 * @returns the bucket's name
 */
export function bucketAccess(
  role: IRole,
  bucket: Bucket,
  may: Readonly<Record<string, readonly ObjectAction[]>>,
): string {
  // The same export that the policy refers to; a finding is named by it.
  const { 'Fn::ImportValue': arn } = Stack.of(role).resolve(Stack.of(bucket).exportValue(bucket.bucketArn));
  for (const [prefix, actions] of Object.entries(may)) {
    allow(role, `${bucket.bucketArn}/${prefix}*`, 's3', actions);
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${arn}/${prefix}*]`,
      reason: 'Uploaders choose the keys of their objects: the prefix is the limit.',
    });
  }
  const read = Object.entries(may).flatMap(([prefix, actions]) => (actions.some(reads) ? [`${prefix}*`] : []));
  if (read.length > 0)
    allow(role, bucket.bucketArn, 's3', ['ListBucket'], { StringLikeIfExists: { 's3:prefix': read } });
  return bucket.bucketName;
}

const reads = (action: ObjectAction) => action.startsWith('Get');

/**
 * Lets a role put events of one source, and no other, onto the account's default bus.
 * @returns the source
 */
export function eventBusAccess(role: IRole, source: string): string {
  const bus = Stack.of(role).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
  allow(role, bus, 'events', ['PutEvents'], { StringEquals: { 'events:source': source } });
  return source;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function allow(
  role: IRole,
  resource: string,
  service: string,
  actions: readonly string[],
  conditions?: Conditions,
): void {
  Grant.addToPrincipal({
    grantee: role,
    actions: actions.map((action) => `${service}:${action}`),
    resourceArns: [resource],
    ...(conditions && { conditions }),
  }).assertSuccess();
}

import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IRole } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

// Each function here lets a role do just the named actions on one resource, and returns what the function has to know to
// do them. So a variable cannot be set without its grant, nor a grant be forgotten when the variable goes. CDK's own
// grants (grantSendMessages, grantRead …) add actions that nobody here calls.

type ItemAction = 'GetItem' | 'PutItem' | 'UpdateItem';
type QueueAction =
  | 'SendMessage'
  | 'ReceiveMessage'
  | 'DeleteMessage'
  | 'ChangeMessageVisibility'
  | 'GetQueueAttributes';

/** @returns the table's name */
export function tableAccess(
  role: IRole,
  table: Pick<ITable, 'tableArn' | 'tableName'>,
  may: { readonly items: readonly ItemAction[]; readonly query?: string },
): string {
  allow(role, table.tableArn, 'dynamodb', may.items);
  // The one index alone: whoever may query the table itself reads everything in it.
  if (may.query !== undefined) allow(role, `${table.tableArn}/index/${may.query}`, 'dynamodb', ['Query']);
  return table.tableName;
}

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

function allow(role: IRole, resource: string, service: string, actions: readonly string[]): void {
  Grant.addToPrincipal({
    grantee: role,
    actions: actions.map((action) => `${service}:${action}`),
    resourceArns: [resource],
  }).assertSuccess();
}

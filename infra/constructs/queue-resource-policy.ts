import { AccountPrincipal, ArnPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** What a sender in another account needs; batches are sent by the same right. */
export const SEND = ['sqs:SendMessage', 'sqs:GetQueueUrl'] as const;

/** What a reader needs, an event-source mapping of Lambda's included. */
export const READ = [
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:ChangeMessageVisibility',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
] as const;

/**
 * Lets others use a queue, in its own policy.
 * @param principals accounts (whose own policies then say which of their roles may) or ARNs of roles
 */
export function allowPrincipals(queue: Queue, principals: readonly string[], actions: readonly string[]): void {
  if (principals.length === 0) return;
  queue.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: principals.map((principal) =>
        principal.startsWith('arn:') ? new ArnPrincipal(principal) : new AccountPrincipal(principal),
      ),
      actions: [...actions],
      resources: [queue.queueArn],
    }),
  );
}

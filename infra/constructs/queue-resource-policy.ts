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
 * @param guests accounts (whose own policies then say which of their roles may) or ARNs of roles
 */
export function admit(queue: Queue, guests: readonly string[], actions: readonly string[]): void {
  if (guests.length === 0) return;
  queue.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: guests.map((guest) =>
        guest.startsWith('arn:') ? new ArnPrincipal(guest) : new AccountPrincipal(guest),
      ),
      actions: [...actions],
      resources: [queue.queueArn],
    }),
  );
}

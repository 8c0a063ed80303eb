import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface FailedEventsQueueProps {
  /** Without it CloudFormation makes one. */
  readonly name?: string;
  /** Seconds that it keeps an event. */
  readonly retention: number;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Takes the events that a function failed three times over, from Lambda, and those that never reached it, from EventBridge;
 * each as it was, with the error in the message's attributes. Not FIFO: neither of them writes to such a queue.
 */
export class FailedEventsQueue extends Queue {
  constructor(scope: Construct, id: string, { name, retention, removalPolicy }: FailedEventsQueueProps) {
    super(scope, id, {
      ...(name !== undefined && { queueName: name }),
      retentionPeriod: Duration.seconds(retention),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy,
    });
    // Any rule of the account: the rule may be in another stack, which would depend on this one and this one on it.
    const rules = Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: '*' });
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': rules } },
      }),
    );
    Validations.of(this).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'It is where failed events go: a person looks at them.',
    });
  }
}

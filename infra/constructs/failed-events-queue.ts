import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import { removalPolicyOf } from './removal-policy.ts';

export interface FailedEventsQueueProps {
  readonly name: string;
  readonly settings: StageSettings;
}

/**
 * Takes the events that a function failed three times over, from Lambda, and those that never reached it, from EventBridge;
 * each as it was, so that it can be sent again. Not FIFO: neither of them writes to such a queue.
 */
export class FailedEventsQueue extends Queue {
  constructor(scope: Construct, id: string, { name, settings }: FailedEventsQueueProps) {
    super(scope, id, {
      queueName: name,
      retentionPeriod: Duration.seconds(settings.retention),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: removalPolicyOf(settings),
    });
    // Any rule of the account: the rule is in another stack, which would depend on this one and this one on it.
    const rules = Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: '*' });
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': rules } },
      }),
    );
    Validations.of(this).acknowledge(
      ...['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'].map((rule) => ({
        id: rule,
        reason: 'It is where failed events go: a person looks at them.',
      })),
    );
  }
}

import { type EventPattern, Rule, type Schedule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface EventRuleProps {
  readonly description: string;
  /** Which events of the default bus, or when. */
  readonly when: EventPattern | Schedule;
  readonly target: IFunction;
  /** For what could not be handed to the function; it has to let EventBridge send. */
  readonly failedEvents: Pick<IQueue, 'queueArn'>;
}

/** Hands the events of the default bus that fit a pattern, or those of a schedule, to a function. */
export class EventRule extends Rule {
  constructor(scope: Construct, id: string, { description, when, target, failedEvents }: EventRuleProps) {
    super(scope, id, { description, ...('expressionString' in when ? { schedule: when } : { eventPattern: when }) });
    // Not CDK's own target: that writes the rule into the queue's policy, and the queue may be in another stack.
    this.addTarget({
      bind: () => ({ arn: target.functionArn, deadLetterConfig: { arn: failedEvents.queueArn } }),
    });
    target.addPermission(`${id}MayInvoke`, {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: this.ruleArn,
    });
  }
}

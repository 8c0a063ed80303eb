import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AsynchronousInvocation } from './asynchronous-invocation.ts';
import { findOne } from './find-one.ts';
import type { ServicePlan } from './service-plan.ts';

/**
 * Puts an event that a function failed into the queue that the function has for such events, if it has one.
 * @param sqsAs SQS as a function's role may use it, which is how Lambda does it
 */
export function createSetAside(
  plan: Pick<ServicePlan, 'functions' | 'queues'>,
  sqsAs: (functionName: string) => SQSClient,
): AsynchronousInvocation['setAside'] {
  return async (functionName, event) => {
    const { failedEventsArn } = findOne(plan.functions, functionName);
    const queue = plan.queues.find(({ arn }) => arn === failedEventsArn);
    if (queue === undefined) return;
    await sqsAs(functionName).send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: JSON.stringify(event) }));
  };
}

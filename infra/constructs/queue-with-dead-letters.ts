import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DEAD_LETTERS_TIMEOUT, maxReceiveCount, visibilityTimeout } from '../limits.ts';
import { FifoQueue, type FifoQueueProps, fifoName } from './fifo-queue.ts';

/** A queue, and beside it one for the messages that nobody could acknowledge: a message there is a bug, and says so. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: FifoQueue;
  readonly deadLetters: FifoQueue;

  constructor(scope: Construct, id: string, props: Omit<FifoQueueProps, 'deadLetterQueue'>) {
    super(scope, id);
    // By its name: the queue itself refers to its dead letters.
    const sourceArn = Stack.of(this).formatArn({ service: 'sqs', resource: fifoName(props.name) });
    this.deadLetters = new FifoQueue(this, 'DeadLetters', {
      name: `${props.name}-dead-letters`,
      visibilityTimeout: Duration.seconds(visibilityTimeout(DEAD_LETTERS_TIMEOUT)),
      redriveAllowPolicy: { sourceQueues: [Queue.fromQueueArn(this, 'Source', sourceArn)] },
      settings: props.settings,
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'It is the queue that dead letters go to.',
    });
    this.queue = new FifoQueue(this, 'Queue', {
      ...props,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceiveCount(props.settings.retention) },
    });
  }
}

import { Validations } from 'aws-cdk-lib';
import {
  type CfnEventSourceMapping,
  EventSourceMapping,
  type IAlias,
  type Function as LambdaFunction,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { BATCH_SIZE, visibilityTimeout } from '../limits.ts';
import { InconsistentStages } from '../stages.ts';
import type { FifoQueue } from './fifo-queue.ts';

export interface QueueSourceProps {
  readonly queue: FifoQueue;
  readonly target: LambdaFunction;
  /** The target is invoked by this alias. */
  readonly alias: IAlias;
  /** Batches at once. */
  readonly maxConcurrency: number;
}

/**
 * Hands a queue's messages to a function, in batches of which it may fail some.
 * @throws InconsistentStages when the queue would hand a batch out again while the function may still be at work on it
 */
export class QueueSource extends EventSourceMapping {
  constructor(scope: Construct, id: string, { queue, target, alias, maxConcurrency }: QueueSourceProps) {
    checkVisibility(queue, target);
    super(scope, id, {
      target: alias,
      eventSourceArn: queue.queueArn,
      batchSize: BATCH_SIZE,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    // CDK would take the alias's name out of its ARN and put it together again.
    (this.node.defaultChild as CfnEventSourceMapping).functionName = alias.functionArn;
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason:
        'A mapping of an SQS queue takes no destination: what cannot be handled goes to the queue’s dead letters.',
    });
    Validations.of(target).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'Only the mapping invokes it, which waits for its response and leaves in the queue what it could not do.',
    });
  }
}

function checkVisibility({ visibilitySeconds: hidden, node }: FifoQueue, { timeout }: LambdaFunction): void {
  const seconds = timeout?.toSeconds() ?? 0;
  const least = visibilityTimeout(seconds);
  if (hidden >= least) return;
  throw new InconsistentStages(
    `${node.path}: the visibility timeout must be at least 6 × its function's timeout, got ${hidden} s and ${seconds} s: Lambda may still retry a batch when it is handed out again`,
  );
}

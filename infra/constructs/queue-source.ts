import { Validations } from 'aws-cdk-lib';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { BATCH_SIZE } from '../limits.ts';

export interface QueueSourceProps {
  readonly queue: Pick<IQueue, 'queueArn'>;
  readonly target: IFunction;
  /** Batches at once. */
  readonly maxConcurrency: number;
}

/** Hands a queue's messages to a function, in batches of which it may fail some. */
export class QueueSource extends EventSourceMapping {
  constructor(scope: Construct, id: string, { queue, target, maxConcurrency }: QueueSourceProps) {
    super(scope, id, {
      target,
      eventSourceArn: queue.queueArn,
      batchSize: BATCH_SIZE,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason:
        'A mapping of an SQS queue takes no destination: what cannot be handled goes to the queue’s dead letters.',
    });
    Validations.of(target).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'Only the mapping invokes it, which waits for its answer and leaves in the queue what it could not do.',
    });
  }
}

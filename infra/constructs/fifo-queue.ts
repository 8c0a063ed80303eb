import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { MAX_MESSAGE_SIZE } from '../limits.ts';
import type { StageSettings } from '../stages.ts';
import { removalPolicyOf } from './removal-policy.ts';

export interface FifoQueueProps
  extends Pick<QueueProps, 'visibilityTimeout' | 'deadLetterQueue' | 'redriveAllowPolicy'> {
  /** Without `.fifo`. Fixed, since senders and readers in other systems are configured with it. */
  readonly name: string;
  readonly settings: StageSettings;
}

/** @param name without `.fifo` */
export const fifoName = (name: string): string => `${name}.fifo`;

/** A queue that keeps the order within each message group, and lets the groups run side by side at full throughput. */
export class FifoQueue extends Queue {
  /** How long a message that was handed out stays hidden. */
  readonly visibilitySeconds: number;

  constructor(scope: Construct, id: string, { name, settings, ...rest }: FifoQueueProps) {
    super(scope, id, {
      ...rest,
      queueName: fifoName(name),
      fifo: true,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      // A request's identity is its id, never its content: the same wish twice is two requests.
      contentBasedDeduplication: false,
      retentionPeriod: Duration.seconds(settings.retention),
      maxMessageSizeBytes: MAX_MESSAGE_SIZE,
      // SQS's own key, not KMS: a sender in another account then needs no right to a key.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: removalPolicyOf(settings),
    });
    // 30 s is SQS's own.
    this.visibilitySeconds = rest.visibilityTimeout?.toSeconds() ?? 30;
  }
}

import { type CfnResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import { removalPolicyOf } from './removal-policy.ts';

/** What a key begins with that starts work, and where the responses are written. */
export const REQUESTS = 'requests/';
export const IMAGES = 'images/';
export const REPORTS = 'reports/';

/** Where people put request files, and images that carry their id; it tells EventBridge of each. */
export class UploadsBucket extends Bucket {
  constructor(scope: Construct, id: string, settings: StageSettings) {
    const expiration = Duration.days(settings.uploadsExpireAfterDays);
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // A file is read over many runs, and must not change between two of them.
      versioned: true,
      lifecycleRules: [
        ...[REQUESTS, REPORTS].map((prefix) => ({ prefix, expiration, noncurrentVersionExpiration: expiration })),
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: removalPolicyOf(settings),
      autoDeleteObjects: !settings.keepsData,
    });
    if (!settings.keepsData) this.keepLogOfEmptying(settings);
    // The bucket's own property: CDK's `eventBridgeEnabled` deploys a function of its own that sets it.
    const resource = this.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Who put or read an object is for CloudTrail’s data events to say; server access logs need a second bucket.',
    });
  }

  /** CDK's function that empties the bucket would make a log group by itself, which nobody deletes and which never ends. */
  private keepLogOfEmptying({ logRetentionDays }: StageSettings): void {
    const logs = new LogGroup(this, 'EmptyingLogs', {
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const provider = Stack.of(this).node.findChild('Custom::S3AutoDeleteObjectsCustomResourceProvider');
    const emptying = provider.node.findChild('Handler') as CfnResource;
    emptying.addPropertyOverride('LoggingConfig.LogGroup', logs.logGroupName);
  }
}

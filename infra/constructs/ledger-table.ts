import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { removalPolicyOf } from './removal-policy.ts';

/** Lists an image's requests, newest first. */
export const BY_IMAGE = 'by-image';

/** What the feeder has to look at: batches that have not ended, and lines of theirs that changed, newest last. */
export const BY_WORK = 'by-work';

/** When to look whether the image of a started request is finished, the oldest first. */
export const BY_LOOK = 'by-look';

/** Lists the requests, or the batches, of a partner or of the operator, newest first. */
export const BY_OWNER = 'by-owner';

// What a list shows; preferences and outcomes are large, and an index is paid for by what it holds.
const SHOWN = [
  'partner',
  'source',
  'state',
  'attempts',
  'next_attempt_at',
  'error_code',
  'completed_at',
  'completion_failed',
  'completion_unknown',
  'file',
  'line',
  'batch_id',
  'round',
  'expires_at',
];

/** The service's memory: one item a request, and one a batch. */
export class LedgerTable extends Table {
  constructor(scope: Construct, id: string, { keepsData }: { readonly keepsData: boolean }) {
    super(scope, id, {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires_at',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: keepsData,
      removalPolicy: removalPolicyOf({ keepsData }),
    });
    this.addGlobalSecondaryIndex({
      indexName: BY_IMAGE,
      partitionKey: { name: 'image_id', type: AttributeType.STRING },
      sortKey: { name: 'accepted_at', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...SHOWN, 'owner'],
    });
    this.addGlobalSecondaryIndex({
      indexName: BY_WORK,
      partitionKey: { name: 'work', type: AttributeType.STRING },
      sortKey: { name: 'place', type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.addGlobalSecondaryIndex({
      indexName: BY_LOOK,
      partitionKey: { name: 'look', type: AttributeType.STRING },
      sortKey: { name: 'look_at', type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.addGlobalSecondaryIndex({
      indexName: BY_OWNER,
      partitionKey: { name: 'owner', type: AttributeType.STRING },
      sortKey: { name: 'accepted_at', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...SHOWN, 'image_id'],
    });
  }
}

import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { removalPolicyOf } from './removal-policy.ts';

/** Lists an image's requests, newest first. */
export const BY_IMAGE = 'by-image';

/** The service's memory: one item a request. */
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
      // What a list shows; preferences and outcomes are large, and an index is paid for by what it holds.
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [
        'partner',
        'source',
        'state',
        'attempts',
        'next_attempt_at',
        'error_code',
        'completed_at',
        'expires_at',
      ],
    });
  }
}

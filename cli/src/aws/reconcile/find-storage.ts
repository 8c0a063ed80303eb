import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, type S3Client } from '@aws-sdk/client-s3';
import { stackName } from '../../../../infra/names.ts';
import type { StageName } from '../../../../infra/stages.ts';
import { findLedger } from '../dead/find-ledger.ts';
import { cloudFormationOf, describeStack, outputOf } from '../stacks.ts';

/** Where a stage keeps its uploads, and what it knows of them. */
export interface Storage {
  readonly bucket: string;
  readonly table: string;
}

/** The stage is not deployed; the message says what to do. */
export class StackNotFound extends Error {
  override readonly name = 'StackNotFound';
}

/** @throws StackNotFound, MissingOutput */
export async function deployedStorage(stage: StageName): Promise<Storage> {
  const name = stackName(stage, 'storage');
  const stack = await describeStack(cloudFormationOf(stage), name);
  if (stack === undefined) {
    throw new StackNotFound(`there is no stack ${name} in this account and region: npm run deploy -- --stage ${stage}`);
  }
  return { bucket: outputOf([stack], 'UploadsBucketName'), table: outputOf([stack], 'LedgerTableName') };
}

/** What runs on one machine has no stacks to ask, and one bucket. @throws LedgerNotFound */
export async function localStorage(s3: S3Client['send'], dynamo: DynamoDBClient['send']): Promise<Storage> {
  const [{ Buckets = [] }, table] = await Promise.all([s3(new ListBucketsCommand()), findLedger('local', dynamo)]);
  return { bucket: Buckets[0]?.Name ?? '', table };
}

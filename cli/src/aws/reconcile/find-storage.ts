import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, type S3Client } from '@aws-sdk/client-s3';
import { stackName } from '../../../../infra/names.ts';
import { CommandError } from '../../command-error.ts';
import { EXIT } from '../../exit-code.ts';
import { findLedger } from '../find-ledger.ts';
import type { Place } from '../place.ts';
import { cloudFormationOf, describeStack, outputOf } from '../stacks.ts';

/** Where a stage keeps its uploads, and what it knows of them. */
export interface Storage {
  readonly bucket: string;
  readonly table: string;
}

/** @throws CommandError when the stage is not deployed */
export async function deployedStorage({ stage, settings }: Place): Promise<Storage> {
  const name = stackName(stage, 'storage');
  const stack = await describeStack(cloudFormationOf(settings), name);
  if (stack === undefined) {
    const detail = `there is no stack ${name} in this account and region: npm run deploy -- --stage ${stage}`;
    throw new CommandError('not_deployed', EXIT.failed, detail);
  }
  return { bucket: outputOf([stack], 'UploadsBucketName'), table: outputOf([stack], 'LedgerTableName') };
}

/** What runs on one machine has no stacks to ask, and one bucket. @throws CommandError */
export async function localStorage(s3: S3Client['send'], dynamo: DynamoDBClient['send']): Promise<Storage> {
  const [{ Buckets = [] }, table] = await Promise.all([s3(new ListBucketsCommand()), findLedger('local', dynamo)]);
  return { bucket: Buckets[0]?.Name ?? '', table };
}

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { imageIdsOf } from '../../../../functions/core/batch/uploads/process-image.ts';
import { type Place, settingsFor } from '../place.ts';
import { deployedStorage, localStorage } from './find-storage.ts';
import { handIn } from './hand-in.ts';
import { knownUploads } from './known-uploads.ts';
import { type FoundUpload, listUploads } from './list-uploads.ts';
import { type Survey, survey } from './survey.ts';

/** A stage's bucket, ledger and event bus: in AWS, with the caller's own rights, or on this machine. */
export interface Connection {
  readonly bucket: string;
  survey(): Promise<Survey>;
  /** @throws CommandError */
  handIn(uploads: readonly FoundUpload[]): Promise<void>;
  close(): void;
}

/** @throws CommandError when there is no such stage */
export async function connect(place: Place, signal: AbortSignal): Promise<Connection> {
  const { stage } = place;
  const s3Client = new S3Client({ ...settingsFor(place, 'sqs'), forcePathStyle: stage === 'local' });
  const dynamoClient = new DynamoDBClient(settingsFor(place, 'dynamodb'));
  const eventsClient = new EventBridgeClient(settingsFor(place, 'eventBridge'));
  const [s3, dynamo] = [s3Client.send.bind(s3Client), dynamoClient.send.bind(dynamoClient)];
  const { bucket, table } = await (stage === 'local' ? localStorage(s3, dynamo) : deployedStorage(place));
  const now = Date.now;

  async function hasImageId({ key, version }: FoundUpload): Promise<boolean> {
    const { Metadata = {} } = await s3(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
    return imageIdsOf(Metadata).length > 0;
  }

  return {
    bucket,
    survey: () =>
      survey({
        list: () => listUploads(s3, bucket),
        known: (uploads) => knownUploads(uploads, { send: dynamo, table, now }),
        hasImageId,
        now,
      }),
    handIn: (uploads) => handIn(uploads, { send: eventsClient.send.bind(eventsClient), stage, signal }),
    close() {
      for (const client of [s3Client, dynamoClient, eventsClient]) client.destroy();
    },
  };
}

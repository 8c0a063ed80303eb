import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { reach, systemWorld, type World } from './world.ts';

/** What the function for uploads reaches beside the others' world: the clients of S3 and EventBridge are no small load. */
export interface UploadsWorld extends World {
  readonly s3: S3Client['send'];
  readonly events: EventBridgeClient['send'];
}

/** The real one. */
export function systemUploadsWorld(): UploadsWorld {
  const s3 = new S3Client(reach());
  const events = new EventBridgeClient(reach());
  return { ...systemWorld(), s3: s3.send.bind(s3), events: events.send.bind(events) };
}

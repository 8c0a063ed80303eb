import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { awsConnections, type Runtime, systemRuntime } from './runtime.ts';

/** The runtime of the upload function. The clients of S3 and EventBridge load slowly, so the other functions do without. */
export interface UploadRuntime extends Runtime {
  readonly s3: S3Client['send'];
  readonly events: EventBridgeClient['send'];
}

/** The runtime in Lambda. */
export function systemUploadRuntime(): UploadRuntime {
  const connections = awsConnections();
  const { settings, withoutIdle } = connections;
  const s3 = withoutIdle(new S3Client(settings));
  const events = withoutIdle(new EventBridgeClient(settings));
  // S3's responses are streams. The SDK itself ends them with the signals of their calls.
  return { ...systemRuntime(connections), s3: s3.send.bind(s3), events: events.send.bind(events) };
}

import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { awsConnections, type Runtime, systemRuntime } from './runtime.ts';

/** The runtime of the upload function. The clients of S3 and EventBridge load slowly, so the other functions do without. */
export interface UploadRuntime extends Runtime {
  readonly s3: S3Client['send'];
  readonly events: EventBridgeClient['send'];
}

/** The runtime of the feeder, which wakes nobody. */
export type FeederRuntime = Omit<UploadRuntime, 'events'>;

/** The upload function's runtime in Lambda. */
export function systemUploadRuntime(): UploadRuntime {
  const connections = awsConnections();
  const { settings, prepared } = connections;
  const events = prepared(new EventBridgeClient(settings));
  return { ...systemFeederRuntime(connections), events: events.send.bind(events) };
}

/** The feeder's runtime in Lambda. */
export function systemFeederRuntime(connections = awsConnections()): FeederRuntime {
  const s3 = connections.prepared(new S3Client(connections.settings));
  // S3's responses are streams. The SDK itself ends them with the signals of their calls.
  return { ...systemRuntime(connections), s3: s3.send.bind(s3) };
}

import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { type Runtime, reachAws, systemRuntime } from './runtime.ts';

/** What the function for uploads reaches beside the others' runtime: the clients of S3 and EventBridge are no small load. */
export interface UploadRuntime extends Runtime {
  readonly s3: S3Client['send'];
  readonly events: EventBridgeClient['send'];
}

/** The real one. */
export function systemUploadRuntime(): UploadRuntime {
  const reach = reachAws();
  const { settings, fresh } = reach;
  const s3 = fresh(new S3Client(settings));
  const events = fresh(new EventBridgeClient(settings));
  // S3 answers with streams: the SDK itself ends them with the signals of their calls.
  return { ...systemRuntime(reach), s3: s3.send.bind(s3), events: events.send.bind(events) };
}

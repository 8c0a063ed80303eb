import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { awsConnections, type Runtime, systemRuntime } from './runtime.ts';

/** The runtime of the functions that take batches over HTTP. */
export interface BatchRuntime extends Runtime {
  readonly s3: S3Client['send'];
  /** Signs URLs. */
  readonly signer: S3Client;
  readonly events: EventBridgeClient['send'];
}

/** The runtime in Lambda. */
export function systemBatchRuntime(): BatchRuntime {
  const connections = awsConnections();
  const { settings, prepared } = connections;
  const s3 = prepared(new S3Client(settings));
  const events = prepared(new EventBridgeClient(settings));
  return {
    ...systemRuntime(connections),
    s3: s3.send.bind(s3),
    events: events.send.bind(events),
    signer: signerOf(settings),
  };
}

/**
 * The checksum that the SDK adds to each PutObject would be that of an empty body, and S3 would refuse whatever is put to the URL.
 * Of a GET, it would ask for a checksum that nobody checks.
 */
export function signerOf(settings: ConstructorParameters<typeof S3Client>[0]): S3Client {
  return new S3Client({
    ...settings,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { MAX_ATTEMPTS, type Runtime, systemRuntime, TIMES } from './runtime.ts';

/** What the function for uploads reaches beside the others' runtime: the clients of S3 and EventBridge are no small load. */
export interface UploadRuntime extends Runtime {
  readonly s3: S3Client['send'];
  readonly events: EventBridgeClient['send'];
}

/** S3 is given up when it falls silent for so long in the middle of a response. */
const SILENCE_MS = 5000;

/** The real one. */
export function systemUploadRuntime(): UploadRuntime {
  // What S3 answers may be long, and `requestTimeout` counts to its beginning only.
  const s3 = new S3Client(reach({ socketTimeout: SILENCE_MS }));
  const events = new EventBridgeClient(reach());
  return { ...systemRuntime(), s3: s3.send.bind(s3), events: events.send.bind(events) };
}

/** How a client reaches its service: connections are kept, and a response that does not come is given up soon. */
function reach(more: { readonly socketTimeout?: number } = {}) {
  const agent = { keepAlive: true, maxSockets: 50 };
  return {
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: TIMES.connectTimeoutMs,
      requestTimeout: TIMES.timeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
      ...more,
    },
  };
}

import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createKeptConnections } from './adapters/kept-connections.ts';
import { systemClock } from './adapters/system-clock.ts';
import type { Clock, Random } from './core/ports.ts';

/** Everything outside the process, as the adapters reach it; a simulator puts its own in place. */
export interface Runtime {
  readonly sqs: SQSClient['send'];
  readonly dynamo: DynamoDBClient['send'];
  readonly secrets: SecretsManagerClient['send'];
  readonly clock: Clock;
  readonly random: Random;
  readonly randomId: () => string;
  /** X-Ray's trace header of the invocation that is under way; Lambda sets a new one for each. */
  readonly traceHeader?: () => string | undefined;
  /** The one that is under way: a container has one at a time, and none in INIT. Its handler's middleware sets it. */
  readonly invocation: { awsRequestId?: string };
  /** Takes one log line, with its line break. */
  readonly write: (line: string) => void;
}

/** The real one. Region, credentials and, on one machine, endpoints come from the environment that Lambda sets. */
export function systemRuntime(reach = reachAws()): Runtime {
  const { settings, sender } = reach;
  const sqs = new SQSClient({
    ...settings,
    // TLS keeps a message whole; the SDK would hash each a second time.
    md5: false,
    // A queue's URL names the usual host, also where AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT asks for another.
    useQueueUrlAsEndpoint: false,
  });
  return {
    sqs: sender(sqs),
    dynamo: sender(new DynamoDBClient(settings)),
    secrets: sender(new SecretsManagerClient(settings)),
    clock: systemClock,
    random: Math.random,
    randomId: randomUUID,
    traceHeader: () => process.env._X_AMZN_TRACE_ID,
    invocation: {},
    write: (line) => process.stdout.write(line),
  };
}

const MAX_CONNECTIONS = 50;
const MAX_ATTEMPTS = 3;
const CONNECT_MS = 1000;
/** Until a response begins. */
const ANSWER_MS = 3000;
/** In the middle of a response. */
const SILENCE_MS = 5000;

/** How the SDK's clients reach AWS: what they all are told, and what all their calls go through. */
export function reachAws() {
  const { AWS_REGION: region = '' } = process.env;
  const { http, https, dropIdle } = createKeptConnections({ maxConnections: MAX_CONNECTIONS, clock: systemClock });
  const settings = {
    region,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      socketTimeout: SILENCE_MS,
      httpAgent: http,
      httpsAgent: https,
    },
  };

  /** A client's `send`, over no connection that was idle for too long. */
  function sender<Client extends { send(...args: never): unknown }>(client: Client): Client['send'] {
    return (...args) => {
      dropIdle();
      return client.send(...args);
    };
  }

  return { settings, sender };
}

import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createConnectionPool } from './adapters/connection-pool.ts';
import { environmentCredentials } from './adapters/environment-credentials.ts';
import { beforeAttempts, endingWithSignal, withoutLog } from './adapters/sdk-client.ts';
import { systemClock } from './adapters/system-clock.ts';
import type { Clock, Random } from './core/ports.ts';

/** Everything outside the process, for the adapters. The simulator has its own. */
export interface Runtime {
  readonly sqs: SQSClient['send'];
  readonly dynamo: DynamoDBClient['send'];
  readonly secrets: SecretsManagerClient['send'];
  readonly clock: Clock;
  readonly random: Random;
  readonly randomId: () => string;
  /** X-Ray's trace header of the current invocation. */
  readonly traceHeader?: () => string | undefined;
  /** The current invocation, set by middleware. A container has one at a time, and none in INIT. */
  readonly invocation: { awsRequestId?: string; functionVersion?: string };
  /** Writes one log line, with its line break. */
  readonly write: (line: string) => void;
}

/** The runtime in Lambda. Region, credentials and, in local runs, endpoints come from environment variables. */
export function systemRuntime(connections = awsConnections()): Runtime {
  const { settings, prepared } = connections;
  const sqs = new SQSClient({
    ...settings,
    // TLS protects a message's integrity already.
    md5: false,
    // A queue's URL has the default host, even when AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT ask for another.
    useQueueUrlAsEndpoint: false,
  });
  return {
    sqs: endingWithSignal(prepared(sqs)),
    dynamo: endingWithSignal(prepared(new DynamoDBClient(settings))),
    secrets: endingWithSignal(prepared(new SecretsManagerClient(settings))),
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
const RESPONSE_MS = 3000;

/** The settings and connections that all clients of the SDK share. */
export function awsConnections() {
  const { AWS_REGION: region = '' } = process.env;
  const { http, https, dropIdle } = createConnectionPool({
    maxConnections: MAX_CONNECTIONS,
    endsSilent: true,
    clock: systemClock,
  });
  const settings = {
    region,
    credentials: environmentCredentials,
    maxAttempts: MAX_ATTEMPTS,
    cacheMiddleware: true,
    // Set explicitly, because the SDK would read AWS's configuration files for each of these that is not set.
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    authSchemePreference: [] as string[],
    userAgentAppId: '',
    useFipsEndpoint: process.env.AWS_USE_FIPS_ENDPOINT === 'true',
    useDualstackEndpoint: process.env.AWS_USE_DUALSTACK_ENDPOINT === 'true',
    accountIdEndpointMode: 'disabled' as const,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: RESPONSE_MS,
      throwOnRequestTimeout: true,
      httpAgent: http,
      httpsAgent: https,
    },
  };

  /** A client that closes connections which were idle for too long, before each attempt, and that writes no log of its own. */
  function prepared<Client extends object>(client: Client): Client {
    beforeAttempts(client, 'dropIdle', dropIdle);
    withoutLog(client);
    return client;
  }

  return { settings, prepared };
}

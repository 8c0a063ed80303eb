import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { environmentCredentials } from './adapters/environment-credentials.ts';
import { createKeptConnections } from './adapters/kept-connections.ts';
import { beforeAttempts, endingWithSignal } from './adapters/sdk-client.ts';
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
  const { settings, fresh } = reach;
  const sqs = new SQSClient({
    ...settings,
    // TLS keeps a message whole; the SDK would hash each a second time.
    md5: false,
    // A queue's URL names the usual host, also where AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT asks for another.
    useQueueUrlAsEndpoint: false,
  });
  return {
    sqs: endingWithSignal(fresh(sqs)),
    dynamo: endingWithSignal(fresh(new DynamoDBClient(settings))),
    secrets: endingWithSignal(fresh(new SecretsManagerClient(settings))),
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

/** How the SDK's clients reach AWS: what they all are told, and how their calls are sent. */
export function reachAws() {
  const { AWS_REGION: region = '' } = process.env;
  const { http, https, dropIdle } = createKeptConnections({ maxConnections: MAX_CONNECTIONS, clock: systemClock });
  const settings = {
    region,
    credentials: environmentCredentials,
    maxAttempts: MAX_ATTEMPTS,
    cacheMiddleware: true,
    // Of what is not said here the first call would look for AWS's configuration files.
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    authSchemePreference: [] as string[],
    userAgentAppId: '',
    useFipsEndpoint: process.env.AWS_USE_FIPS_ENDPOINT === 'true',
    useDualstackEndpoint: process.env.AWS_USE_DUALSTACK_ENDPOINT === 'true',
    accountIdEndpointMode: 'disabled' as const,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      socketTimeout: SILENCE_MS,
      httpAgent: http,
      httpsAgent: https,
    },
  };

  /** Lets a client use no connection that was idle for too long. */
  function fresh<Client extends object>(client: Client): Client {
    beforeAttempts(client, 'dropIdle', dropIdle);
    return client;
  }

  return { settings, fresh };
}

import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamo } from './adapters/ledger/dynamo/client.ts';
import { systemClock } from './adapters/system-clock.ts';
import type { Clock, Random } from './core/ports.ts';
import { environmentCredentials } from './environment-credentials.ts';

/** Everything outside the process, as the adapters reach it; a simulator puts its own in place. */
export interface World {
  readonly sqs: SQSClient['send'];
  readonly dynamo: DynamoDBClient['send'];
  readonly secrets: SecretsManagerClient['send'];
  readonly clock: Clock;
  readonly random: Random;
  readonly randomId: () => string;
  /** X-Ray's trace header of the invocation that is under way; Lambda sets a new one for each. */
  readonly traceHeader?: () => string | undefined;
  /** Takes one log line, with its line break. */
  readonly write: (line: string) => void;
}

/** The real one. Region, credentials and, on one machine, endpoints come from the environment that Lambda sets. */
export function systemWorld(): World {
  // TLS keeps a message whole; the SDK would hash each a second time.
  const sqs = new SQSClient({ ...fixed('sqs', process.env.AWS_ENDPOINT_URL_SQS), md5: false });
  const secrets = new SecretsManagerClient(fixed('secretsmanager', process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER));
  for (const { middlewareStack } of [sqs, secrets]) {
    // It makes every call fit for a log before it finds that there is none.
    middlewareStack.remove('loggerMiddleware');
    // Tells AWS the SDK's version and what of it is used, at a tenth of a call's CPU.
    middlewareStack.remove('getUserAgentMiddleware');
  }
  return {
    sqs: sqs.send.bind(sqs),
    dynamo: systemDynamo(),
    secrets: secrets.send.bind(secrets),
    clock: systemClock,
    random: Math.random,
    randomId: randomUUID,
    traceHeader: () => process.env._X_AMZN_TRACE_ID,
    write: (line) => process.stdout.write(line),
  };
}

function systemDynamo(): World['dynamo'] {
  return createDynamo({
    ...placeOf('dynamodb', process.env.AWS_ENDPOINT_URL_DYNAMODB),
    credentials: environmentCredentials,
    maxAttempts: MAX_ATTEMPTS,
    connectTimeoutMs: CONNECT_MS,
    timeoutMs: ANSWER_MS,
    clock: systemClock,
    random: Math.random,
  });
}

/** @param local a stand-in for the service, on one machine */
function placeOf(service: string, local: string | undefined) {
  const { AWS_REGION: region = '' } = process.env;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return { region, endpoint: local ?? `https://${service}.${region}.${domain}` };
}

/**
 * Settings of a client that looks for no other: without them the first call of each searches for AWS's configuration files,
 * and every call runs through the rules for endpoints.
 */
function fixed(service: string, local: string | undefined) {
  const answers = { retryMode: 'standard', defaultsMode: 'standard', authSchemePreference: [] as string[] } as const;
  const off = { useDualstackEndpoint: false, useFipsEndpoint: false, disableClockSkewCorrection: false };
  return { ...reach(), ...placeOf(service, local), ...answers, ...off };
}

const MAX_ATTEMPTS = 3;
const CONNECT_MS = 1000;
const ANSWER_MS = 3000;

/** How a client reaches its service: connections are kept, and an answer that does not come is given up soon. */
export function reach() {
  const agent = { keepAlive: true, maxSockets: 50 };
  return {
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
    },
  };
}

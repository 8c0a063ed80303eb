import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { systemClock } from './adapters/system-clock.ts';
import { createDynamo } from './aws/dynamo.ts';
import { environmentCredentials } from './aws/environment-credentials.ts';
import { createJsonService, type ServicePlace } from './aws/json-service.ts';
import { sdkOver } from './aws/sdk-over.ts';
import type { Clock, Random } from './core/ports.ts';

/** Everything outside the process, as the adapters reach it; a simulator puts its own in place. */
export interface Runtime {
  readonly sqs: SQSClient['send'];
  /** Opens a connection for the next call, where connections are ours to open. */
  readonly open?: { readonly [Service in 'sqs' | 'dynamo']: (signal: AbortSignal) => Promise<unknown> };
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
export function systemRuntime(): Runtime {
  const sqs = toService('sqs', process.env.AWS_ENDPOINT_URL_SQS, { target: 'AmazonSQS', version: '1.0' });
  const secrets = toService('secretsmanager', process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER, {
    target: 'secretsmanager',
    version: '1.1',
  });
  const dynamo = toService('dynamodb', process.env.AWS_ENDPOINT_URL_DYNAMODB, {
    target: 'DynamoDB_20120810',
    version: '1.0',
  });
  // TLS keeps a message whole; the SDK would hash each a second time.
  const ofSqs = { md5: false, useQueueUrlAsEndpoint: false } as const;
  const sqsClient = sdkOver(sqs.place, sqs.service, (settings) => new SQSClient({ ...settings, ...ofSqs }));
  const secretsClient = sdkOver(secrets.place, secrets.service, (settings) => new SecretsManagerClient(settings));
  return {
    sqs: sqsClient.send,
    dynamo: createDynamo(dynamo.service),
    secrets: secretsClient.send,
    open: { sqs: sqsClient.open, dynamo: dynamo.service.open },
    clock: systemClock,
    random: Math.random,
    randomId: randomUUID,
    traceHeader,
    invocation: {},
    write: (line) => process.stdout.write(line),
  };
}

const traceHeader = () => process.env._X_AMZN_TRACE_ID;

/** @param local a stand-in for the service, on one machine */
function toService(service: string, local: string | undefined, spoken: Pick<ServicePlace, 'target' | 'version'>) {
  const { AWS_REGION: region = '' } = process.env;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const place = { service, region, endpoint: local ?? `https://${service}.${region}.${domain}`, ...spoken };
  const made = createJsonService(place, {
    ...TIMES,
    credentials: environmentCredentials,
    maxAttempts: MAX_ATTEMPTS,
    // The SDK's own numbers.
    firstPauseMs: service === 'dynamodb' ? 25 : 50,
    clock: systemClock,
    random: Math.random,
    traceHeader,
  });
  return { place, service: made };
}

export const MAX_ATTEMPTS = 3;
/** A response that does not come is given up soon. */
export const TIMES = { connectTimeoutMs: 1000, timeoutMs: 3000 };

import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { StandardRetryStrategy } from '@smithy/core/retry';
import { createDynamo } from '../../../functions/aws/dynamo.ts';
import { sdkOver } from '../../../functions/aws/sdk-over.ts';
import { KEYS, placeOf, REGION, type ServiceName, serviceAt } from './support.ts';

/** What takes a command and a signal: a client of the SDK's, as it comes or over a JSON service. */
export type Send = (command: never, options?: { readonly abortSignal?: AbortSignal }) => Promise<object>;

interface Clients {
  /** As it comes. */
  readonly sdk: Send;
  /** As functions/runtime.ts makes it. */
  readonly ours: Send;
}

export const CLIENTS: Readonly<Record<ServiceName, (endpoint: string) => Clients>> = {
  sqs: (endpoint) => {
    const sdk = new SQSClient({ ...sdkSettings(endpoint), md5: false });
    const ours = over(
      'sqs',
      endpoint,
      (settings) => new SQSClient({ ...settings, credentials: KEYS, md5: false, useQueueUrlAsEndpoint: false }),
    );
    return { sdk: sdk.send.bind(sdk) as Send, ours };
  },
  secretsmanager: (endpoint) => {
    const sdk = new SecretsManagerClient(sdkSettings(endpoint));
    const make = (settings: object) => new SecretsManagerClient({ ...settings, credentials: KEYS });
    return { sdk: sdk.send.bind(sdk) as Send, ours: over('secretsmanager', endpoint, make) };
  },
  dynamodb: (endpoint) => {
    const sdk = new DynamoDBClient(sdkSettings(endpoint));
    return { sdk: sdk.send.bind(sdk) as Send, ours: createDynamo(serviceAt(placeOf('dynamodb', endpoint))) as Send };
  },
};

const sdkSettings = (endpoint: string) => ({ endpoint, region: REGION, credentials: KEYS, retryStrategy: retries() });

/** The SDK's own, without its pauses. */
function retries(): StandardRetryStrategy {
  const backoff = { setDelayBase: () => undefined, computeNextBackoffDelay: () => 0 };
  return new StandardRetryStrategy({ maxAttempts: 3, backoff });
}

function over(
  service: ServiceName,
  endpoint: string,
  make: (settings: object) => { send(command: never): Promise<unknown> },
): Send {
  const place = placeOf(service, endpoint);
  return sdkOver(place, serviceAt(place), make).send as Send;
}

/** A command for calls of which the answer is what matters. */
export const ANY_COMMAND: Readonly<Record<ServiceName, (endpoint: string) => object>> = {
  sqs: (url) =>
    new GetQueueAttributesCommand({ QueueUrl: `${url}/1/queue`, AttributeNames: ['ApproximateNumberOfMessages'] }),
  secretsmanager: () => new GetSecretValueCommand({ SecretId: 'key' }),
  dynamodb: () => new GetItemCommand({ TableName: 'ledger', Key: { id: { S: 'one' } } }),
};

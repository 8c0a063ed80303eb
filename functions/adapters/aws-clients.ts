import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

// Region, credentials and, on one machine, endpoints come from the environment that Lambda (or the local runner) sets.

/** How each client reaches its service: connections are kept, and an answer that does not come is given up soon. */
function reach() {
  const agent = { keepAlive: true, maxSockets: 50 };
  return {
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 1000,
      requestTimeout: 3000,
      throwOnRequestTimeout: true,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
    },
  };
}

export function createDynamoClient(): DynamoDBClient {
  return new DynamoDBClient(reach());
}

export function createSqsClient(): SQSClient {
  return new SQSClient(reach());
}

export function createSecretsClient(): SecretsManagerClient {
  return new SecretsManagerClient(reach());
}

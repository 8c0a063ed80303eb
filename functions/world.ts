import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { systemClock } from './adapters/system-clock.ts';
import type { Clock, Random } from './core/ports.ts';

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
  const sqs = new SQSClient(reach());
  const dynamo = new DynamoDBClient(reach());
  const secrets = new SecretsManagerClient(reach());
  // It makes every call fit for a log before it finds that there is none.
  for (const { middlewareStack } of [sqs, dynamo, secrets]) middlewareStack.remove('loggerMiddleware');
  return {
    sqs: sqs.send.bind(sqs),
    dynamo: dynamo.send.bind(dynamo),
    secrets: secrets.send.bind(secrets),
    clock: systemClock,
    random: Math.random,
    randomId: randomUUID,
    traceHeader: () => process.env._X_AMZN_TRACE_ID,
    write: (line) => process.stdout.write(line),
  };
}

/** How a client reaches its service: connections are kept, and an answer that does not come is given up soon. */
export function reach() {
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

import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Clients, clientsOver, type Send } from '../aws.ts';
import type { Operation } from './services.ts';

/** The part of an HTTP request that the JSON protocols of AWS use. */
interface WireRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/**
 * The SDK's own clients over the models: what a command says goes through the SDK's serialisation, over "HTTP", and back.
 * The SDK's repeats are off, since they wait in real time; the models know of repeats themselves. S3 speaks another protocol,
 * with streams, and the event bus is used once a batch: those two go to the models at once.
 */
export function sdkClientsOver(send: Send): Clients {
  const options = (service: Operation['service']) => ({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIACHAOS', secretAccessKey: 'chaos' },
    maxAttempts: 1,
    requestHandler: {
      handle: (request: WireRequest, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) =>
        exchange(send, service, request, abortSignal),
    },
  });
  // The SDK asks for a handler over streams; it takes one over buffers just as well.
  const sqs = new SQSClient(options('sqs') as never);
  const dynamo = new DynamoDBClient(options('dynamo') as never);
  const secrets = new SecretsManagerClient(options('secrets') as never);
  const spoken = { sqs: sqs.send.bind(sqs), dynamo: dynamo.send.bind(dynamo), secrets: secrets.send.bind(secrets) };
  return { ...clientsOver(send), ...spoken };
}

/**
 * Has every kind of client send once, in real time: the first of a process looks for configuration files, which takes more
 * than a turn of Node's loop. The ones after it know what it found.
 */
export async function warmUpSdk(): Promise<void> {
  const { sqs, dynamo, secrets } = sdkClientsOver(async () => ({}));
  await sqs(new GetQueueAttributesCommand({ QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/000000000000/warm-up' }));
  await dynamo(new GetItemCommand({ TableName: 'warm-up', Key: { id: { S: 'warm-up' } } }));
  await secrets(new GetSecretValueCommand({ SecretId: 'warm-up' }));
}

async function exchange(send: Send, service: Operation['service'], request: WireRequest, signal?: AbortSignal) {
  const name = request.headers['x-amz-target']?.split('.').at(-1) ?? '';
  const body = typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body);
  const input = JSON.parse(body) as object;
  try {
    return httpResponseOf(200, await send({ service, name, input, signal }));
  } catch (error) {
    const { name: code, message, $fault: fault } = error as Error & { readonly $fault?: string };
    // What did not come from the service did not come over the network either.
    if (fault === undefined) throw error;
    return httpResponseOf(400, { __type: code, message });
  }
}

function httpResponseOf(statusCode: number, body: object) {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return { response: { statusCode, headers, body: Buffer.from(JSON.stringify(body)) } };
}

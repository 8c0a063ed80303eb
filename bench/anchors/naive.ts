import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { requestSchema } from './request-schema.ts';

const { AUTOENHANCE_BASE_URL, AUTOENHANCE_SECRET_ID, RESULTS_QUEUE_URL } = process.env;

/** Reads the key and makes its clients for each record, and remembers nothing of a request. */
export async function handler({ Records }: SQSEvent) {
  await Promise.all(Records.map(carryOut));
  return { batchItemFailures: [] };
}

async function carryOut({ body, messageId }: SQSRecord): Promise<void> {
  const { image_id: imageId, preferences } = requestSchema.parse(JSON.parse(body));
  const secret = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: AUTOENHANCE_SECRET_ID }),
  );
  const response = await fetch(`${AUTOENHANCE_BASE_URL}/v3/images/${imageId}/process`, {
    method: 'POST',
    headers: { 'x-api-key': secret.SecretString ?? '', 'content-type': 'application/json' },
    body: JSON.stringify(preferences),
  });
  const MessageBody = JSON.stringify({ image: await response.json(), request: { imageId, preferences } });
  const ids = { MessageGroupId: imageId, MessageDeduplicationId: messageId };
  await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: RESULTS_QUEUE_URL, MessageBody, ...ids }));
}

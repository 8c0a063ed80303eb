import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { requestSchema } from './request-schema.ts';

const { AUTOENHANCE_BASE_URL, AUTOENHANCE_SECRET_ID, LEDGER_TABLE, RESULTS_QUEUE_URL } = process.env;
const dynamo = new DynamoDBClient({});
const secrets = new SecretsManagerClient({});
const sqs = new SQSClient({});
let key: string | undefined;

/** A worker as it is usually written: the key is kept, a record is claimed, sent, noted and published by itself. */
export async function handler({ Records }: SQSEvent) {
  await Promise.all(Records.map(carryOut));
  return { batchItemFailures: [] };
}

async function carryOut({ body, messageId }: SQSRecord): Promise<void> {
  const { image_id: imageId, preferences } = requestSchema.parse(JSON.parse(body));
  key ??= (await secrets.send(new GetSecretValueCommand({ SecretId: AUTOENHANCE_SECRET_ID }))).SecretString ?? '';
  await note(messageId, 'accepted');
  const answer = await fetch(`${AUTOENHANCE_BASE_URL}/v3/images/${imageId}/process`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(preferences),
  });
  const MessageBody = JSON.stringify({ image: await answer.json(), request: { imageId, preferences } });
  await note(messageId, 'succeeded');
  const ids = { MessageGroupId: imageId, MessageDeduplicationId: messageId };
  await sqs.send(new SendMessageCommand({ QueueUrl: RESULTS_QUEUE_URL, MessageBody, ...ids }));
}

async function note(id: string, state: string): Promise<void> {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: LEDGER_TABLE,
      Key: { id: { S: id } },
      UpdateExpression: 'SET #state = :state',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':state': { S: state } },
    }),
  );
}

import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { requestSchema } from './request-schema.ts';

const { AUTOENHANCE_BASE_URL, AUTOENHANCE_SECRET_ID, LEDGER_TABLE, RESULTS_QUEUE_URL } = process.env;
const logger = new Logger({ serviceName: 'typical' });
const metrics = new Metrics({ namespace: 'bench', serviceName: 'typical' });
// Without X-Ray it is loaded and traces nothing.
const tracer = new Tracer({ serviceName: 'typical' });
const dynamo = tracer.captureAWSv3Client(new DynamoDBClient({}));
const secrets = tracer.captureAWSv3Client(new SecretsManagerClient({}));
const sqs = tracer.captureAWSv3Client(new SQSClient({}));
const processor = new BatchProcessor(EventType.SQS);
let key: string | undefined;

/** A worker as it is usually written: Powertools, and each record is claimed, sent, noted and published by itself. */
export async function handler(event: SQSEvent, context: Context) {
  logger.addContext(context);
  const response = await processPartialResponse(event, carryOut, processor, { context });
  metrics.publishStoredMetrics();
  return response;
}

async function carryOut({ body, messageId }: SQSRecord): Promise<void> {
  const { image_id: imageId, preferences } = requestSchema.parse(JSON.parse(body));
  key ??= (await secrets.send(new GetSecretValueCommand({ SecretId: AUTOENHANCE_SECRET_ID }))).SecretString ?? '';
  await note(messageId, 'accepted');
  const response = await call(imageId, preferences, key);
  const MessageBody = JSON.stringify({ image: response, request: { imageId, preferences } });
  await note(messageId, 'succeeded');
  const ids = { MessageGroupId: imageId, MessageDeduplicationId: messageId };
  await sqs.send(new SendMessageCommand({ QueueUrl: RESULTS_QUEUE_URL, MessageBody, ...ids }));
  logger.info('the request ended', { messageId, imageId });
  metrics.addMetric('Ended', MetricUnit.Count, 1);
}

async function call(imageId: string, preferences: unknown, apiKey: string): Promise<unknown> {
  const response = await fetch(`${AUTOENHANCE_BASE_URL}/v3/images/${imageId}/process`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify(preferences),
  });
  return response.json();
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

import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:https';
import { createSecureContext } from 'node:tls';
import { type AttributeValue, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';

const { AUTOENHANCE_BASE_URL, AUTOENHANCE_SECRET_ID, LEDGER_TABLE, REQUESTS_QUEUE_URL, RESULTS_QUEUE_URL } =
  process.env;
const { AWS_REGION: region = '', AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;

const agent = new Agent({ keepAlive: true, maxSockets: 50, secureContext: createSecureContext() });
const settings = {
  region,
  credentials: { accessKeyId, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  maxAttempts: 3,
  retryMode: 'standard' as const,
  defaultsMode: 'standard' as const,
  authSchemePreference: [] as string[],
  userAgentAppId: '',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  cacheMiddleware: true,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true, httpsAgent: agent },
};
const dynamo = new DynamoDBClient({ ...settings, accountIdEndpointMode: 'disabled', endpointDiscoveryEnabled: false });
const secrets = new SecretsManagerClient(settings);
const sqs = new SQSClient({ ...settings, md5: false, useQueueUrlAsEndpoint: false });
for (const { middlewareStack } of [dynamo, secrets, sqs]) middlewareStack.remove('loggerMiddleware');
let key = '';
const CLAIMED_BY = `${randomUUID()}#1`;

const S = (text: string): AttributeValue => ({ S: text });
const N = (value: number): AttributeValue => ({ N: String(value) });
const [ZERO, ONE, THREE] = [N(0), N(1), N(3)] as const;
const [OWNER, SQS, ACCEPTED, SUCCEEDED, STARTED] = [
  S('service'),
  S('sqs'),
  S('accepted'),
  S('succeeded'),
  S('started'),
] as const;

// What the worker writes, sends and publishes, so that the same calls are measured (test/bench/tuned.test.ts). Hashes are
// replaced by text of their length.
const CLAIM = {
  TableName: LEDGER_TABLE,
  ReturnValues: 'ALL_NEW',
  UpdateExpression:
    'SET #image_id = if_not_exists(#image_id, :image_id), #owner = if_not_exists(#owner, :owner), #source = if_not_exists(#source, :source), #accepted_at = if_not_exists(#accepted_at, :accepted_at), #fingerprint = if_not_exists(#fingerprint, :fingerprint), #preferences = if_not_exists(#preferences, :preferences), #traceparent = if_not_exists(#traceparent, :traceparent), attempts = if_not_exists(attempts, :zero) + :one, crashes = if_not_exists(crashes, :zero), #state = if_not_exists(#state, :accepted), first_attempt_at = if_not_exists(first_attempt_at, :now), lease_until = :lease_until, claim_id = :claim_id, claimed_by = :claimed_by, expires_at = :expires_at',
  ConditionExpression:
    'attribute_not_exists(id) OR (attribute_not_exists(lease_until) AND crashes < :max_crashes AND fingerprint = :fingerprint AND expires_at > :now_s AND attribute_not_exists(outcome) AND (attribute_not_exists(next_attempt_at) OR next_attempt_at <= :now))',
  ExpressionAttributeNames: {
    '#image_id': 'image_id',
    '#owner': 'owner',
    '#source': 'source',
    '#accepted_at': 'accepted_at',
    '#fingerprint': 'fingerprint',
    '#preferences': 'preferences',
    '#traceparent': 'traceparent',
    '#state': 'state',
  },
} as const;
const RECORD = {
  TableName: LEDGER_TABLE,
  ReturnValues: 'NONE',
  UpdateExpression:
    'SET #outcome = :outcome, #response = :response, #state = :state, #attempts = :attempts, #look = :look, #look_at = :look_at, #expires_at = :expires_at REMOVE lease_until, next_attempt_at',
  ConditionExpression: 'fingerprint = :fingerprint AND attribute_not_exists(outcome)',
  ExpressionAttributeNames: {
    '#outcome': 'outcome',
    '#response': 'response',
    '#state': 'state',
    '#attempts': 'attempts',
    '#look': 'look',
    '#look_at': 'look_at',
    '#expires_at': 'expires_at',
  },
} as const;

/** As good as the same libraries allow: everything made and called once in INIT, and no checks, no signals, no failures. */
export const ready = Promise.all([
  secrets.send(new GetSecretValueCommand({ SecretId: AUTOENHANCE_SECRET_ID })).then(({ SecretString = '' }) => {
    key = SecretString;
  }),
  dynamo.send(new GetItemCommand({ TableName: LEDGER_TABLE, Key: { id: { S: 'init' } } })),
  sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: REQUESTS_QUEUE_URL, AttributeNames: ['ApproximateNumberOfMessages'] }),
  ),
]);

export async function handler({ Records }: SQSEvent) {
  const Entries = await Promise.all(Records.map((record, index) => carryOut(record, index)));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: RESULTS_QUEUE_URL, Entries }));
  return { batchItemFailures: [] };
}

async function carryOut({ body, messageId, attributes }: SQSRecord, index: number) {
  const { image_id: imageId, preferences } = JSON.parse(body);
  const text = JSON.stringify(preferences);
  const acceptedAt = new Date(Number(attributes.SentTimestamp)).toISOString();
  const now = Date.now();
  const second = Math.floor(now / 1000);
  const expiry = N(second + 1_209_600);
  const id = `sqs:${messageId}${messageId.slice(0, 28)}`;
  const Key = { id: S(id) };
  const fingerprint = S(id.slice(4));
  const traceparent = `00-${messageId.slice(4)}-${messageId.slice(20)}-00`;
  await dynamo.send(
    new UpdateItemCommand({
      ...CLAIM,
      Key,
      ExpressionAttributeValues: {
        ...{ ':image_id': S(imageId), ':owner': OWNER, ':source': SQS, ':accepted_at': S(acceptedAt) },
        ...{ ':fingerprint': fingerprint, ':preferences': S(text), ':traceparent': S(traceparent) },
        ...{ ':zero': ZERO, ':one': ONE, ':accepted': ACCEPTED, ':now': N(now), ':now_s': N(second) },
        ...{ ':lease_until': N(now + 58_000), ':claim_id': S(messageId), ':claimed_by': S(CLAIMED_BY) },
        ...{ ':expires_at': expiry, ':max_crashes': THREE },
      },
    }),
  );
  const response = await post(`/v3/images/${imageId}/process`, text);
  const at = Date.now();
  const outcome = JSON.stringify({ kind: 'succeeded', attempts: 1, warnings: [], at });
  await dynamo.send(
    new UpdateItemCommand({
      ...RECORD,
      Key,
      ExpressionAttributeValues: {
        ...{ ':outcome': S(outcome), ':response': S(response), ':state': SUCCEEDED, ':attempts': ONE },
        ...{ ':look': STARTED, ':look_at': N(at + 120_000), ':expires_at': expiry, ':fingerprint': fingerprint },
      },
    }),
  );
  const event = {
    ...{ specversion: '1.0', id: `${id}.succeeded`, type: 'reprocess.succeeded', source: 'reprocess/local' },
    ...{ subject: imageId, time: new Date(at).toISOString(), datacontenttype: 'application/json', traceparent },
    data: {
      request: { request_id: id, image_id: imageId, preferences, source: 'sqs', accepted_at: acceptedAt },
      image: JSON.parse(response),
      attempts: 1,
      warnings: [],
    },
  };
  return {
    Id: String(index),
    MessageBody: JSON.stringify(event),
    MessageDeduplicationId: event.id,
    MessageGroupId: imageId,
  };
}

const { hostname: host, port } = new URL(AUTOENHANCE_BASE_URL ?? '');
const HEADERS = {
  accept: 'application/json',
  'accept-encoding': 'identity',
  'user-agent': 'autoenhance-reprocess',
  'x-api-version': '2025-05-08',
  'content-type': 'application/json',
};

function post(path: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { ...HEADERS, 'x-api-key': key, 'content-length': Buffer.byteLength(body) };
    const outgoing = request({ host, port, path, method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

import { DynamoDBClient, GetItemCommand, PutItemCommand, TransactGetItemsCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientSettings } from '../../../local/aws-clients.ts';
import { type Authority, createAuthority, type RefusedAccess } from '../../../local/iam/authority.ts';
import { compilePolicy } from '../../../local/iam/policy.ts';
import { type Servers, startServers } from '../../../local/servers.ts';

const HERE = 'us-east-1:000000000000';
const SECRET = { name: 'the/key', arn: `arn:aws:secretsmanager:${HERE}:secret:the/key-AbCdEf` };
const QUEUE = `arn:aws:sqs:${HERE}:queue`;
const TABLE = `arn:aws:dynamodb:${HERE}:table/ledger`;
const BUCKET = 'arn:aws:s3:::uploads';

const allow = (Action: string, Resource: string, Condition = {}) => ({ Effect: 'Allow', Action, Resource, Condition });
const role = (functionName: string, ...Statement: readonly object[]) => ({
  functionName,
  arn: `arn:aws:iam::000000000000:role/role-of-${functionName}`,
  statements: compilePolicy({ Version: '2012-10-17', Statement }, 'role', functionName),
});
const NOBODY = 'arn:aws:sts::000000000000:assumed-role/role-of-nobody/nobody';

/** May do something with everything, and the rest not. */
const somebody = role(
  'somebody',
  allow('sqs:SendMessage', QUEUE),
  allow('sqs:PurgeQueue', QUEUE),
  allow('dynamodb:GetItem', TABLE, { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'file:*' } }),
  allow('secretsmanager:GetSecretValue', SECRET.arn),
  allow('events:PutEvents', `arn:aws:events:${HERE}:event-bus/default`, { StringEquals: { 'events:source': 'mine' } }),
  allow('s3:GetObject', `${BUCKET}/requests/*`),
  allow('s3:PutObject', `${BUCKET}/reports/*`),
);
const UNDER_REQUESTS = { StringLikeIfExists: { 's3:prefix': 'requests/*' } };
const lister = role('lister', allow('s3:GetObject*', `${BUCKET}/*`), allow('s3:ListBucket', BUCKET, UNDER_REQUESTS));

/** Its role allows nothing, and a queue's policy something. */
const outsider = role('outsider');

let servers: Servers;
let authority: Authority;
const told: RefusedAccess[] = [];
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  servers = await startServers({ port: 0, keep: undefined, sandbox: undefined });
  const definition = {
    TableName: 'ledger',
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  };
  servers.queues.create(
    ['queue', 'queue-2'].map((name) => {
      const url = `${servers.queues.url}/000000000000/${name}`;
      return { name, url, arn: `arn:aws:sqs:${HERE}:${name}`, attributes: {} };
    }),
  );
  servers.queues.createBuckets(['uploads'], () => {});
  await servers.tables.create([{ definition }]);
  servers.secrets.put(SECRET.name, 'secret');
  const resourcePolicies = [
    {
      resource: BUCKET,
      statements: compilePolicy(
        {
          Version: '2012-10-17',
          Statement: { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `${BUCKET}/requests/secret/*` },
        },
        'resource',
        'the bucket',
      ),
    },
    {
      resource: QUEUE,
      statements: compilePolicy(
        {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { AWS: outsider.arn },
            Action: 'sqs:SendMessage',
            Resource: `arn:aws:sqs:${HERE}:*`,
          },
        },
        'resource',
        'the queue',
      ),
    },
  ];
  const roles = [role('nobody'), somebody, lister, outsider];
  const permissions = { roles, resourcePolicies };
  authority = createAuthority({ permissions, tables: [{ definition }], secrets: [SECRET] }, (each) => told.push(each));
  servers.guard.enforce(authority);
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await servers.close();
});

function as(functionName: string) {
  const settings = (url: string) => clientSettings(url, functionName);
  const opened = {
    sqs: new SQSClient(settings(servers.queues.url)),
    dynamo: new DynamoDBClient(settings(servers.tables.url)),
    secrets: new SecretsManagerClient(settings(servers.secrets.url)),
    events: new EventBridgeClient(settings(servers.events.url)),
    s3: new S3Client(settings(servers.queues.url)),
  };
  clients.push(...Object.values(opened));
  return opened;
}

const queueUrl = () => `${servers.queues.url}/000000000000/queue`;
const sendBatch = (QueueUrl = queueUrl()) =>
  new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '0', MessageBody: 'hello' }] });
const receive = () => new ReceiveMessageCommand({ QueueUrl: queueUrl() });
const item = (id: string) => new GetItemCommand({ TableName: 'ledger', Key: { id: { S: id } } });
const secret = (SecretId: string) => new GetSecretValueCommand({ SecretId });
const events = (...sources: readonly string[]) =>
  new PutEventsCommand({ Entries: sources.map((Source) => ({ Source, DetailType: 'Type', Detail: '{}' })) });
const object = (Key: string, VersionId?: string) => new GetObjectCommand({ Bucket: 'uploads', Key, VersionId });
const head = (Key: string) => new HeadObjectCommand({ Bucket: 'uploads', Key });
const put = (Key: string) => new PutObjectCommand({ Bucket: 'uploads', Key, Body: 'content' });

/** What the SDK makes of a refusal. */
async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason) => reason,
  );
  return error && { name: error.name, status: error.$metadata.httpStatusCode, message: error.message };
}

type Clients = ReturnType<typeof as>;

describe('a function whose role allows nothing is refused', () => {
  const identity = (action: string, resource: string) =>
    `User: ${NOBODY} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  it.each<[string, (own: Clients) => Promise<unknown>, { name: string; status: number; message: string }]>([
    [
      'by SQS',
      ({ sqs }) => sqs.send(sendBatch()),
      { name: 'AccessDenied', status: 403, message: identity('sqs:sendmessage', QUEUE) },
    ],
    [
      'by DynamoDB',
      ({ dynamo }) => dynamo.send(item('a')),
      { name: 'AccessDeniedException', status: 400, message: identity('dynamodb:GetItem', TABLE) },
    ],
    [
      'by Secrets Manager',
      ({ secrets }) => secrets.send(secret('the/key')),
      {
        name: 'AccessDeniedException',
        status: 400,
        message: identity('secretsmanager:GetSecretValue', SECRET.arn),
      },
    ],
    [
      'by EventBridge',
      ({ events: bus }) => bus.send(events('mine')),
      {
        name: 'AccessDeniedException',
        status: 400,
        message: identity('events:PutEvents', `arn:aws:events:${HERE}:event-bus/default`),
      },
    ],
    [
      'by S3',
      ({ s3 }) => s3.send(object('requests/a&b.csv')),
      { name: 'AccessDenied', status: 403, message: identity('s3:GetObject', `"${BUCKET}/requests/a&b.csv"`) },
    ],
    // A HEAD's answer has no body that could say more.
    [
      'by S3 without a word',
      ({ s3 }) => s3.send(head('requests/a')),
      { name: 'Unknown', status: 403, message: 'UnknownError' },
    ],
  ])('%s', async (_, call, refusal) => {
    const before = authority.refusals().length;
    expect(await refusalOf(call(as('nobody')))).toEqual(refusal);
    expect(authority.refusals().length).toBe(before + 1);
    expect(told).toEqual(authority.refusals());
  });

  it('in the code that SQS has always had, beside the new one', async () => {
    const error = await as('nobody')
      .sqs.send(sendBatch())
      .catch((reason) => reason);
    expect(error).toMatchObject({ Code: 'AccessDenied', Type: 'Sender' });
  });

  it('and carries out nothing', async () => {
    await refusalOf(as('nobody').s3.send(put('reports/never')));
    expect(await refusalOf(as('administrator').s3.send(object('reports/never')))).toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('a function whose role allows something', () => {
  it('does that', async () => {
    const { sqs, dynamo, secrets, events: bus, s3 } = as('somebody');
    expect((await sqs.send(sendBatch())).Successful).toHaveLength(1);
    expect((await dynamo.send(item('file:1'))).Item).toBeUndefined();
    expect((await secrets.send(secret(SECRET.arn))).SecretString).toBe('secret');
    expect((await bus.send(events('mine', 'mine'))).FailedEntryCount).toBe(0);
    await s3.send(put('reports/a b+c.json'));
  });

  it('uploads in parts where it may put an object', async () => {
    const { s3 } = as('somebody');
    const target = { Bucket: 'uploads', Key: 'reports/parts' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
    const part = { ...target, UploadId, PartNumber: 1, Body: Buffer.alloc(5 * 1024 * 1024) };
    const { ETag } = await s3.send(new UploadPartCommand(part));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
    const elsewhere = new CreateMultipartUploadCommand({ ...target, Key: 'requests/parts' });
    expect(await refusalOf(s3.send(elsewhere))).toMatchObject({ name: 'AccessDenied' });
  });

  it.each<[string, (own: Clients) => Promise<unknown>, string]>([
    ['another action', ({ sqs }) => sqs.send(receive()), 'sqs:receivemessage'],
    ['another key', ({ dynamo }) => dynamo.send(item('http:1')), 'dynamodb:GetItem'],
    [
      'another action on the same key',
      ({ dynamo }) => dynamo.send(new PutItemCommand({ TableName: 'ledger', Item: { id: { S: 'file:1' } } })),
      'dynamodb:PutItem',
    ],
    ['another secret', ({ secrets }) => secrets.send(secret('another')), 'secretsmanager:GetSecretValue'],
    ['another source among its own', ({ events: bus }) => bus.send(events('mine', 'aws.s3')), 'events:PutEvents'],
    ['another prefix', ({ s3 }) => s3.send(object('images/a')), 's3:GetObject'],
    ['a version', ({ s3 }) => s3.send(object('requests/a', 'v')), 's3:GetObjectVersion'],
    ['the list', ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket: 'uploads' })), 's3:ListBucket'],
    [
      'what the bucket denies everyone',
      ({ s3 }) => s3.send(object('requests/secret/a')),
      'with an explicit deny in a resource-based policy',
    ],
    [
      'an operation that nobody here knows',
      ({ dynamo }) => dynamo.send(new TransactGetItemsCommand({ TransactItems: [] })),
      'does not know what dynamodb TransactGetItems needs',
    ],
    ['an operation on no queue', ({ sqs }) => sqs.send(new ListQueuesCommand({})), 'does not know what sqs ListQueues'],
  ])('is refused %s', async (_, call, message) => {
    const refusal = await refusalOf(call(as('somebody')));
    expect(refusal?.name).toMatch(/^AccessDenied/);
    expect(refusal?.message).toContain(message);
  });
});

it('a call that cannot be understood is refused, and ends nothing', async () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=somebody/20261122/us-east-1/sqs/aws4_request';
  const headers = { authorization, 'x-amz-target': 'AmazonSQS.SendMessage' };
  for (const body of ['{}', 'no JSON']) {
    expect((await fetch(servers.queues.url, { method: 'POST', headers, body })).status).toBe(403);
  }
});

it("a queue's own policy lets a function use that queue, and no other whose name begins like it", async () => {
  const { sqs } = as('outsider');
  expect((await sqs.send(sendBatch())).Successful).toHaveLength(1);
  expect(await refusalOf(sqs.send(sendBatch(`${queueUrl()}-2`)))).toMatchObject({ name: 'AccessDenied' });
});

it('a function that presigns a call is the one that calls', async () => {
  await as('administrator').s3.send(put('images/presigned'));
  const asCaller = (name: string) => {
    const credential = new URLSearchParams({ 'X-Amz-Credential': `${name}/20261122/us-east-1/s3/aws4_request` });
    return fetch(`${servers.queues.url}/uploads/images/presigned?${credential}`);
  };
  expect((await asCaller('administrator')).status).toBe(200);
  expect((await asCaller('nobody')).status).toBe(403);
});

describe('an object that is not there', () => {
  it('is not there for who may list the bucket', async () => {
    const { s3 } = as('lister');
    expect(await refusalOf(s3.send(object('requests/none')))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    expect(await refusalOf(s3.send(head('requests/none')))).toMatchObject({ name: 'NotFound', status: 404 });
  });

  it('is in a list only if the list’s prefix is allowed', async () => {
    const { s3 } = as('lister');
    const list = (Prefix: string) => s3.send(new ListObjectsV2Command({ Bucket: 'uploads', Prefix }));
    expect(await refusalOf(list('requests/2026/'))).toBeUndefined();
    expect(await refusalOf(list('reports/'))).toMatchObject({ name: 'AccessDenied', status: 403 });
  });

  it('may not be read by who may not list the bucket, and that counts as no refusal', async () => {
    const before = authority.refusals().length;
    const { s3 } = as('somebody');
    const refusal = await refusalOf(s3.send(object('requests/none')));
    expect(refusal).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(refusal?.message).toContain(`not authorized to perform: s3:ListBucket on resource: "${BUCKET}" because`);
    expect(await refusalOf(s3.send(head('requests/none')))).toMatchObject({ status: 403 });
    expect(authority.refusals().length).toBe(before);
  });
});

it('knows which permissions no call has needed', async () => {
  const { sqs } = as('somebody');
  await sqs.send(sendBatch());
  const lines = authority
    .unusedGrants()
    .filter(({ functionName }) => functionName === 'somebody')
    .map(({ action }) => action);
  expect(lines).not.toContain('sqs:SendMessage');
  expect(lines).toContain('sqs:PurgeQueue');
  expect(authority.unusedGrants().filter(({ functionName }) => functionName === 'nobody')).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { dynamoAccess, partitionKeysOf } from '../../../local/iam/calls/dynamodb.ts';
import { eventBridgeAccess } from '../../../local/iam/calls/event-bridge.ts';
import { listAccess, s3Access } from '../../../local/iam/calls/s3.ts';
import { secretAccess } from '../../../local/iam/calls/secrets-manager.ts';
import { sqsAccess } from '../../../local/iam/calls/sqs.ts';
import type { Access } from '../../../local/iam/evaluate.ts';
import { UnknownCall } from '../../../local/iam/unknown-call.ts';

const HERE = 'us-east-1:000000000000';
const call = (target: string, input: object) => ({ headers: { 'x-amz-target': target }, input: () => input });
const lines = (accesses: readonly Access[]) => accesses.map(({ action, resource }) => `${action} on ${resource}`);

describe('SQS', () => {
  const QueueUrl = 'http://127.0.0.1:1/000000000000/work.fifo';
  it.each([
    ['SendMessage', 'sqs:SendMessage'],
    ['SendMessageBatch', 'sqs:SendMessage'],
    ['ReceiveMessage', 'sqs:ReceiveMessage'],
    ['DeleteMessageBatch', 'sqs:DeleteMessage'],
    ['ChangeMessageVisibilityBatch', 'sqs:ChangeMessageVisibility'],
    ['GetQueueAttributes', 'sqs:GetQueueAttributes'],
  ])('%s needs %s on the queue of the URL', (operation, action) => {
    const accesses = sqsAccess(call(`AmazonSQS.${operation}`, { QueueUrl }));
    expect(lines(accesses)).toEqual([`${action} on arn:aws:sqs:${HERE}:work.fifo`]);
  });
  it.each([
    ['an operation', 'AmazonSQS.ListQueues', { QueueUrl }],
    ['a URL', 'AmazonSQS.SendMessage', { QueueUrl: 'http://127.0.0.1:1/work.fifo' }],
    ['a target', 'SendMessage', { QueueUrl }],
  ])('refuses %s that it does not know', (_, target, input) => {
    expect(() => sqsAccess(call(target, input))).toThrow(UnknownCall);
  });
});

describe('DynamoDB', () => {
  const key = (AttributeName: string) => [{ AttributeName, KeyType: 'HASH' as const }];
  const index = { IndexName: 'by-image', KeySchema: key('image_id'), Projection: {} };
  const definition = { TableName: 'ledger', KeySchema: key('id'), GlobalSecondaryIndexes: [index] };
  const keys = partitionKeysOf([{ definition: { ...definition, AttributeDefinitions: [] } }]);

  it('BatchGetItem needs its action on each table, and names all its keys', () => {
    const RequestItems = { ledger: { Keys: [{ id: { S: 'one' } }, { id: { S: 'two' } }] } };
    const accesses = dynamoAccess(call('DynamoDB_20120810.BatchGetItem', { RequestItems }), keys);
    expect(lines(accesses)).toEqual([`dynamodb:BatchGetItem on arn:aws:dynamodb:${HERE}:table/ledger`]);
    expect(accesses[0]?.context).toEqual({ 'dynamodb:leadingkeys': ['one', 'two'] });
  });

  const TableName = 'ledger';
  const id = { id: { S: 'file:1' } };
  const query = {
    TableName,
    KeyConditionExpression: '#at > :from AND #key = :key',
    ExpressionAttributeNames: { '#key': 'id', '#at': 'accepted_at' },
    ExpressionAttributeValues: { ':key': { S: 'file:1' }, ':from': { S: 'x' } },
  };
  it.each<[string, object, string, readonly string[] | undefined]>([
    ['GetItem', { TableName, Key: id }, '', ['file:1']],
    ['UpdateItem', { TableName, Key: { ...id, range: { N: '1' } } }, '', ['file:1']],
    ['PutItem', { TableName, Item: { other: { S: 'x' }, ...id } }, '', ['file:1']],
    ['Query', query, '', ['file:1']],
    [
      'Query',
      { ...query, IndexName: 'by-image', KeyConditionExpression: 'image_id = :key' },
      '/index/by-image',
      ['file:1'],
    ],
    ['Scan', { TableName }, '', undefined],
    ['GetItem', { TableName: `arn:aws:dynamodb:${HERE}:table/ledger`, Key: id }, '', ['file:1']],
  ])('%s %j needs the action of its name on ledger%s, and names its keys', (operation, input, suffix, leading) => {
    const accesses = dynamoAccess(call(`DynamoDB_20120810.${operation}`, input), keys);
    expect(lines(accesses)).toEqual([`dynamodb:${operation} on arn:aws:dynamodb:${HERE}:table/ledger${suffix}`]);
    expect(accesses[0]?.context['dynamodb:leadingkeys']).toEqual(leading);
  });
  it.each([
    ['an operation', 'TransactWriteItems', { TransactItems: [] }],
    ['a key condition', 'Query', { ...query, KeyConditionExpression: 'begins_with(id, :key)' }],
    ['a key', 'GetItem', { TableName, Key: { other: { S: 'x' } } }],
  ])('refuses %s that it does not know', (_, operation, input) => {
    expect(() => dynamoAccess(call(`DynamoDB_20120810.${operation}`, input), keys)).toThrow(UnknownCall);
  });
});

describe('Secrets Manager', () => {
  const arn = `arn:aws:secretsmanager:${HERE}:secret:the/key-AbCdEf`;
  it.each([
    ['the/key', arn],
    [arn, arn],
    [arn.replace('-AbCdEf', ''), arn],
    ['another', `arn:aws:secretsmanager:${HERE}:secret:another`],
  ])('finds the secret that %s means', (SecretId, resource) => {
    const accesses = secretAccess(call('secretsmanager.GetSecretValue', { SecretId }), [{ name: 'the/key', arn }]);
    expect(lines(accesses)).toEqual([`secretsmanager:GetSecretValue on ${resource}`]);
  });
});

describe('EventBridge', () => {
  it('asks for each event by itself, on its own bus and with its own source', () => {
    const named = `arn:aws:events:${HERE}:event-bus/named`;
    const Entries = [{ Source: 'a' }, { Source: 'b', EventBusName: 'other' }, { Source: 'c', EventBusName: named }];
    expect(eventBridgeAccess(call('AWSEvents.PutEvents', { Entries }))).toEqual([
      {
        action: 'events:PutEvents',
        resource: `arn:aws:events:${HERE}:event-bus/default`,
        context: { 'events:source': 'a' },
      },
      {
        action: 'events:PutEvents',
        resource: `arn:aws:events:${HERE}:event-bus/other`,
        context: { 'events:source': 'b' },
      },
      { action: 'events:PutEvents', resource: named, context: { 'events:source': 'c' } },
    ]);
  });
  it('refuses an operation that it does not know', () => {
    expect(() => eventBridgeAccess(call('AWSEvents.PutRule', {}))).toThrow(UnknownCall);
  });
});

describe('S3', () => {
  it.each<[string, string, Record<string, string>, readonly string[]]>([
    ['GET', '/b/a/c%20d.csv?x-id=GetObject', {}, ['s3:GetObject on arn:aws:s3:::b/a/c d.csv']],
    ['GET', '/b/k?versionId=v&x-id=GetObject', {}, ['s3:GetObjectVersion on arn:aws:s3:::b/k']],
    ['HEAD', '/b/k?versionId=v', {}, ['s3:GetObject on arn:aws:s3:::b/k', 's3:GetObjectVersion on arn:aws:s3:::b/k']],
    ['HEAD', '/b/k', {}, ['s3:GetObject on arn:aws:s3:::b/k']],
    ['PUT', '/b/k?x-id=PutObject', {}, ['s3:PutObject on arn:aws:s3:::b/k']],
    ['POST', '/b/k?uploads', {}, ['s3:PutObject on arn:aws:s3:::b/k']],
    ['PUT', '/b/k?partNumber=1&uploadId=u&x-id=UploadPart', {}, ['s3:PutObject on arn:aws:s3:::b/k']],
    ['POST', '/b/k?uploadId=u', {}, ['s3:PutObject on arn:aws:s3:::b/k']],
    ['DELETE', '/b/k?uploadId=u&x-id=AbortMultipartUpload', {}, ['s3:AbortMultipartUpload on arn:aws:s3:::b/k']],
    ['DELETE', '/b/k?x-id=DeleteObject', {}, ['s3:DeleteObject on arn:aws:s3:::b/k']],
    ['DELETE', '/b/k?versionId=v&x-id=DeleteObject', {}, ['s3:DeleteObjectVersion on arn:aws:s3:::b/k']],
    ['GET', '/b?list-type=2&prefix=a%2F', {}, ['s3:ListBucket on arn:aws:s3:::b']],
    ['GET', '/b/?list-type=2', {}, ['s3:ListBucket on arn:aws:s3:::b']],
    [
      'PUT',
      '/b/k?x-id=CopyObject',
      { 'x-amz-copy-source': 'c/other%20key?versionId=v' },
      ['s3:PutObject on arn:aws:s3:::b/k', 's3:GetObjectVersion on arn:aws:s3:::c/other key'],
    ],
  ])('%s %s needs', (method, url, headers, needs) => {
    expect(lines(s3Access({ method, url, headers }))).toEqual(needs);
  });
  it.each<[string, string, Record<string, string>]>([
    ['GET', '/b/k?acl', {}],
    ['GET', '/b?uploads', {}],
    ['PUT', '/b/k?tagging', {}],
    ['PUT', '/b/k', { 'x-amz-acl': 'public-read' }],
    ['PUT', '/b/k', { 'x-amz-tagging': 'a=b' }],
    ['POST', '/b?delete', {}],
    ['PUT', '/b', {}],
    ['GET', '/', {}],
  ])('%s %s is refused, since it may need more than is known here', (method, url, headers) => {
    expect(() => s3Access({ method, url, headers })).toThrow(UnknownCall);
  });
  it('learning that an object does not exist needs permission to list its bucket', () => {
    const wanted = (method: string, url: string) => lines(listAccess({ method, url, headers: {} }));
    expect(wanted('GET', '/b/k?versionId=v')).toEqual(['s3:ListBucket on arn:aws:s3:::b']);
    expect(wanted('HEAD', '/b/k')).toEqual(['s3:ListBucket on arn:aws:s3:::b']);
    expect([...wanted('GET', '/b'), ...wanted('PUT', '/b/k')]).toEqual([]);
  });
});

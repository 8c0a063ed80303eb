import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { ANY_COMMAND, CLIENTS } from './clients.ts';
import { placeOf, says, serviceAt, startAws } from './support.ts';

const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/requests.fifo';
const entry = { MessageBody: '{}', MessageGroupId: 'one', MessageDeduplicationId: 'sqs:1' };

const message = () => new SendMessageCommand({ QueueUrl, ...entry });
const batch = () => new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '0', ...entry }] });
const look = () => new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
const visibility = () => new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: 'r', VisibilityTimeout: 30 });
const secret = () => new GetSecretValueCommand({ SecretId: 'key' });

const SENT = { MD5OfMessageBody: 'fafb00f5732ab283681e124bf8747ed1', MessageId: '219f8380-5770' };
const FAILED = { Id: '1', Code: 'InternalError', Message: 'Küche 🏠', SenderFault: false };
const SECRET = { ARN: 'arn', Name: 'key', VersionId: 'EXAMPLE1-90ab', VersionStages: ['AWSCURRENT'] };

/** The outputs of both, without what the SDK knows of the call. */
async function outputsOf(service: 'sqs' | 'secretsmanager', command: () => object, answer: string, status = 200) {
  const { url } = await startAws(says(status, answer), says(status, answer));
  const { sdk, ours } = CLIENTS[service](url);
  const outputs = [await sdk(command() as never), await ours(command() as never)];
  return outputs.map((output) => ({ ...output, $metadata: undefined }));
}

describe('the output', () => {
  it.each<[string, 'sqs' | 'secretsmanager', () => object, string]>([
    ['a sent message', 'sqs', message, JSON.stringify({ ...SENT, SequenceNumber: '18849496460467696128' })],
    ['a batch', 'sqs', batch, JSON.stringify({ Successful: [{ Id: '0', ...SENT }] })],
    [
      'a batch that failed in part',
      'sqs',
      batch,
      JSON.stringify({ Successful: [{ Id: '0', ...SENT }], Failed: [FAILED] }),
    ],
    ['a batch with an empty list', 'sqs', batch, JSON.stringify({ Successful: [{ Id: '0', ...SENT }], Failed: [] })],
    ['a batch that says null for what there is not', 'sqs', batch, JSON.stringify({ Successful: [], Failed: null })],
    ['a look at a queue', 'sqs', look, '{"Attributes":{"ApproximateNumberOfMessages":"12"}}'],
    ['a queue without attributes', 'sqs', look, '{}'],
    ['a changed visibility', 'sqs', visibility, '{}'],
    ['a changed visibility without a body, as SQS answers', 'sqs', visibility, ''],
    [
      'a secret’s text',
      'secretsmanager',
      secret,
      JSON.stringify({ ...SECRET, SecretString: '{"apiKey":"ü🏠\\u0000"}' }),
    ],
    ['a secret without a text', 'secretsmanager', secret, JSON.stringify(SECRET)],
  ])('of %s is the SDK’s', async (_name, service, command, answer) => {
    const [expected, got] = await outputsOf(service, command, answer);
    expect(got).toEqual(expected);
  });

  it('of any success is the SDK’s, whatever its status', async () => {
    const [expected, got] = await outputsOf('sqs', look, '{"Attributes":{}}', 202);
    expect(got).toEqual(expected);
  });

  it('has dates as AWS’s numbers and bytes as its base64, which are Dates and arrays of the SDK’s', async () => {
    const [sdks, ours] = await outputsOf(
      'secretsmanager',
      secret,
      JSON.stringify({ ...SECRET, CreatedDate: 1523477145.5, SecretBinary: 'AQID' }),
    );
    expect(sdks).toMatchObject({ CreatedDate: new Date(1523477145500), SecretBinary: new Uint8Array([1, 2, 3]) });
    expect(ours).toMatchObject({ CreatedDate: 1523477145.5, SecretBinary: 'AQID' });
  });
});

describe('an answer of success', () => {
  it.each([
    ['HTML', '<html>welcome</html>'],
    ['the beginning of JSON', '{"SecretString":"s3cr3t'],
  ])('that is %s fails the call, which is not repeated, as the SDK fails it', async (_name, answer) => {
    for (const client of ['sdk', 'ours'] as const) {
      const { url, calls } = await startAws(says(200, answer));
      const call = CLIENTS.secretsmanager(url)[client](ANY_COMMAND.secretsmanager(url) as never);
      await expect(call, client).rejects.toMatchObject({ name: 'SyntaxError' });
      expect(calls.length, client).toBe(1);
    }
  });

  it('of several megabytes comes whole', async () => {
    const text = 'ü'.repeat(2 * 1024 * 1024);
    const { url } = await startAws(says(200, JSON.stringify({ text })));
    expect(await serviceAt(placeOf('dynamodb', url)).call('Query', '{}')).toEqual({ text });
  });
});

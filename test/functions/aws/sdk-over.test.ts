import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIENTS } from './clients.ts';
import { type Captured, startAws } from './support.ts';

type Service = 'sqs' | 'secretsmanager';

const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/requests.fifo';
const AWKWARD = 'Küche "Süd" \\ 🏠\u0000\u0007\u001f\u007f\u2028\ud800 </script>\r\n\t';
const entry = { MessageBody: '{"image_id":"one"}', MessageGroupId: 'one', MessageDeduplicationId: 'sqs:1' };
const traceparent = { DataType: 'String', StringValue: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
const visibility = { QueueUrl, ReceiptHandle: 'AQEB+/wJnKyrHigUMZj6rYigCgxlaS3SLy0a==', VisibilityTimeout: 43_200 };

/** Every command that the functions send, as they send it, and what stretches it. */
const COMMANDS: readonly [string, Service, () => object][] = [
  ['a message', 'sqs', () => new SendMessageCommand({ QueueUrl, ...entry })],
  [
    'a message with an attribute',
    'sqs',
    () => new SendMessageCommand({ QueueUrl, ...entry, MessageAttributes: { traceparent } }),
  ],
  [
    'a message whose attributes are not there',
    'sqs',
    () => new SendMessageCommand({ QueueUrl, ...entry, MessageAttributes: undefined }),
  ],
  [
    'a message of awkward characters',
    'sqs',
    () => new SendMessageCommand({ QueueUrl, ...entry, MessageBody: AWKWARD }),
  ],
  [
    'a message of 1 MiB',
    'sqs',
    () => new SendMessageCommand({ QueueUrl, ...entry, MessageBody: 'ü'.repeat(512 * 1024) }),
  ],
  [
    'ten messages',
    'sqs',
    () => {
      const Entries = Array.from({ length: 10 }, (_, index) => ({
        Id: String(index),
        ...entry,
        MessageBody: `${AWKWARD}${index}`,
        MessageAttributes: index % 2 === 0 ? { traceparent } : undefined,
      }));
      return new SendMessageBatchCommand({ QueueUrl, Entries });
    },
  ],
  ['no messages', 'sqs', () => new SendMessageBatchCommand({ QueueUrl, Entries: [] })],
  ['a look at a queue', 'sqs', () => new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] })],
  ['a visibility', 'sqs', () => new ChangeMessageVisibilityCommand(visibility)],
  ['a visibility of none', 'sqs', () => new ChangeMessageVisibilityCommand({ ...visibility, VisibilityTimeout: 0 })],
  ['a secret by name', 'secretsmanager', () => new GetSecretValueCommand({ SecretId: 'reprocess/production/key' })],
  [
    'a secret by ARN',
    'secretsmanager',
    () => new GetSecretValueCommand({ SecretId: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf' }),
  ],
];

/** What AWS understands of a call. */
const understood = ({ method, url, headers, body }: Captured) => ({
  method,
  url,
  operation: headers['x-amz-target'],
  form: headers['content-type'],
  input: JSON.parse(body),
});

async function sentBy(service: Service, command: () => object) {
  const { url, calls } = await startAws();
  const { sdk, ours } = CLIENTS[service](url);
  for (const send of [sdk, ours]) await send(command() as never);
  return calls.map(understood);
}

describe('what is sent for', () => {
  it.each(COMMANDS)('%s is what the SDK sends', async (_name, service, command) => {
    const [expected, got] = await sentBy(service, command);
    expect(got).toEqual(expected);
  });

  it('any message is what the SDK sends', async () => {
    const { url, calls } = await startAws();
    const { sdk, ours } = CLIENTS.sqs(url);
    const anyText = fc.string({ unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(anyText, fc.option(anyText, { nil: undefined }), async (MessageBody, StringValue) => {
        const MessageAttributes = { traceparent: { DataType: 'String', StringValue } };
        for (const send of [sdk, ours])
          await send(new SendMessageCommand({ QueueUrl, ...entry, MessageBody, MessageAttributes }) as never);
        const [expected, got] = calls.splice(0).map(understood);
        expect(got).toEqual(expected);
      }),
    );
  });

  it('one command after the other is each one’s own', async () => {
    const { url, calls } = await startAws();
    const { ours } = CLIENTS.sqs(url);
    const commands = COMMANDS.filter(([, service]) => service === 'sqs').map(([, , command]) => command());
    await Promise.all(commands.map((command) => ours(command as never)));
    const inputs = commands.map((command) => JSON.stringify((command as SendMessageCommand).input));
    expect(calls.map(({ body }) => body).sort()).toEqual(inputs.sort());
  });

  it('an input that two calls share, and nobody may change, has each call’s own signal', async () => {
    const { url } = await startAws();
    const { ours } = CLIENTS.sqs(url);
    const input = Object.freeze({ QueueUrl, ...entry });
    const calls = [AbortSignal.abort(), new AbortController().signal].map((abortSignal) =>
      ours(new SendMessageCommand(input) as never, { abortSignal }),
    );
    const [ended, made] = await Promise.allSettled(calls);
    expect(ended).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    expect(made).toMatchObject({ status: 'fulfilled' });
  });
});

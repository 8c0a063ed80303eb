import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { clientSettings } from '../../local/aws-clients.ts';
import { PortInUse } from '../../local/ports.ts';
import { type Service, type ServiceOptions, startService } from '../../local/service.ts';
import type { TemplateResource } from '../../local/template/references.ts';
import { freePort, runScript } from './support/command.ts';
import { exampleStacks } from './support/stacks.ts';
import { temporaryBundle, temporaryDirectory } from './support/temporary.ts';

// One function for both entry points: it answers HTTP with its variables, and writes down what it receives from the queue.
const HANDLER = `async (event) => {
  if (event.Records === undefined) return { statusCode: 200, body: JSON.stringify(process.env) };
  for (const { body, attributes } of event.Records) console.log('received ' + attributes.ApproximateReceiveCount + ' ' + body);
  if (event.Records.some(({ body }) => body.includes('hang'))) await new Promise(() => {});
  return { batchItemFailures: [] };
}`;

// Writes to the ledger for ever, over many connections.
const WRITER = `async () => {
  const { Agent, request } = require('node:http');
  const agent = new Agent({ keepAlive: true });
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.UpdateItem',
    'x-amz-date': '20261101T000000Z',
    authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=none',
  };
  const write = (id) => new Promise((answered, failed) => {
    const call = request(process.env.AWS_ENDPOINT_URL_DYNAMODB, { method: 'POST', headers, agent }, (answer) => {
      if (answer.statusCode === 200) answer.resume().on('end', answered);
      else failed(new Error(String(answer.statusCode)));
    });
    const update = { UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } };
    call.on('error', failed).end(JSON.stringify({ TableName: process.env.TABLE, Key: { id: { S: String(id) } }, ...update }));
  });
  const writeOn = async (id) => {
    for (;;) await write(id);
  };
  await write(0);
  console.log('writing');
  await Promise.all(Array.from({ length: 20 }, (_, id) => writeOn(id)));
}`;

/** A cloud assembly of the example's stacks, as synthesis writes it. */
async function writeAssembly(
  more: Readonly<Record<string, TemplateResource>> = {},
  handler = HANDLER,
): Promise<string> {
  const directory = await temporaryDirectory();
  const write = (name: string, content: unknown) => writeFile(join(directory, name), JSON.stringify(content));
  const stacks = exampleStacks(more).map(({ name, template }) => {
    const properties = { templateFile: `${name}.json`, stackName: name };
    return [name, { type: 'aws:cloudformation:stack', properties }, template] as const;
  });
  for (const [name, , template] of stacks) await write(`${name}.json`, template);
  await write('assets.json', { files: { abc: { source: { path: await temporaryBundle(handler) } } } });
  const assets = { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } };
  await write('manifest.json', { artifacts: { assets, ...Object.fromEntries(stacks) } });
  return directory;
}

async function start(options: ServiceOptions = {}) {
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  const log = (_function: string, line: string) => {
    lines.push(line);
    for (const look of waiting.splice(0)) look();
  };
  const service = await startService({ assembly: await writeAssembly(), log, ...options });
  onTestFinished(() => service.stop(0));
  const wrote = async (line: string) => {
    while (!lines.includes(line)) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { service, wrote };
}

async function secretOf({ addresses }: Service, SecretId: string): Promise<string | undefined> {
  const client = new SecretsManagerClient(clientSettings(addresses.secretsManager));
  onTestFinished(() => client.destroy());
  return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
}

const request = (hint: string) => ({ image_id: 'house', preferences: { hint } });

it('a call reaches the function behind the HTTP API, and a queued request the one behind the queue', async () => {
  const { service, wrote } = await start();
  const variables = await (await fetch(service.addresses.api)).json();
  expect(variables).toMatchObject({
    AUTOENHANCE_BASE_URL: service.sandbox?.url,
    QUEUE_URL: service.queueUrls.requests,
    AWS_ENDPOINT_URL_SQS: service.addresses.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: service.addresses.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: service.addresses.secretsManager,
  });
  await service.queueRequest(request('one'));
  await wrote(`received 1 ${JSON.stringify(request('one'))}`);
});

it('the secrets have the sandbox’s key, and the hashes of the partner’s and the operator’s key', async () => {
  const { service } = await start();
  const { partner, operator, sandbox } = service;
  const key = await secretOf(service, 'the/key');
  const image = `${sandbox?.url}/v3/images/123e4567-e89b-12d3-a456-426614174000`;
  expect((await fetch(image, { headers: { 'x-api-key': key ?? '' } })).status).toBe(200);
  const keysOf = ({ key: own }: typeof partner) => [{ sha256: createHash('sha256').update(own).digest('hex') }];
  expect(JSON.parse((await secretOf(service, 'the/partners')) ?? '')).toEqual({
    [partner.name]: { keys: keysOf(partner) },
    [operator.name]: { keys: keysOf(operator), role: 'operator' },
  });
});

it('with the real endpoint there is no sandbox, and its key stands in the secret and in no function’s variables', async () => {
  const { service } = await start({ live: { apiKey: 'a-real-key' } });
  expect(service.sandbox).toBeUndefined();
  expect(await secretOf(service, 'the/key')).toBe('a-real-key');
  const variables = await (await fetch(service.addresses.api)).text();
  expect(variables).not.toContain('a-real-key');
  expect(JSON.parse(variables)).toMatchObject({ AUTOENHANCE_BASE_URL: 'https://api.example' });
});

it('a batch whose function is killed comes again when its visibility ends', async () => {
  const { service, wrote } = await start();
  const body = JSON.stringify(request('hang'));
  await service.queueRequest(request('hang'));
  await wrote(`received 1 ${body}`);
  expect(service.functionNamed('Worker').kill()).toBe(true);
  service.queues.endVisibility('work.fifo');
  await wrote(`received 2 ${body}`);
});

it('what stopping cuts off is still on the queue', async () => {
  const keep = await temporaryDirectory();
  const before = await start({ keep });
  await before.service.queueRequest(request('hang'));
  await before.wrote(`received 1 ${JSON.stringify(request('hang'))}`);
  await before.service.stop(0);
  const { service } = await start({ keep });
  const AttributeNames = ['ApproximateNumberOfMessagesNotVisible' as const];
  const command = new GetQueueAttributesCommand({ QueueUrl: service.queueUrls.requests, AttributeNames });
  expect((await service.sqs.send(command)).Attributes).toEqual({ ApproximateNumberOfMessagesNotVisible: '1' });
});

it('stopping in the middle of work leaves nothing that reaches a closed part, or goes on', async () => {
  const { ended } = runScript('test/local/support/stop-service.ts', [await writeAssembly({}, WRITER)]);
  expect(await ended).toEqual({ status: 0, stdout: 'stopped\n', stderr: '' });
});

it('a template that is not supported is refused, and nothing is left running', async () => {
  const port = await freePort();
  const assembly = await writeAssembly({ More: { Type: 'AWS::Kinesis::Stream' } });
  await expect(start({ assembly, port })).rejects.toThrow('AWS::Kinesis::Stream');
  await start({ port });
});

it('of two services on one port the second is refused, and leaves the first alone', async () => {
  const port = await freePort();
  const { service } = await start({ port });
  await expect(start({ port })).rejects.toThrow(PortInUse);
  expect((await fetch(service.addresses.api)).status).toBe(200);
});
